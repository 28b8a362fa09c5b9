/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.RecordType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * How far a namespace's windows are closed.
 *
 * @param next the window to be closed next, for which there is a timer; {@link #NONE} when there is none
 * @param closed the last window that was closed, sealed or not; {@link #NONE} before the first
 * @param previous the hash of the last manifest, or null
 * @param epoch the latest pass that was heard of
 * @param gaps in the history since the last manifest
 */
record Chain(long next, long closed, String previous, int epoch, Passes passes, List<Gap> gaps) {
    static final long NONE = Long.MIN_VALUE;
    static final Chain EMPTY = new Chain(NONE, NONE, null, 1, Passes.NONE, List.of());
    static final TypeInformation<Chain> TYPE = new RecordType<>(Chain.class, Serializer.INSTANCE);

    Chain waitingFor(long window) {
        return new Chain(window, closed, previous, epoch, passes, gaps);
    }

    Chain with(int latestEpoch, Passes next) {
        return new Chain(this.next, closed, previous, Math.max(epoch, latestEpoch), next, gaps);
    }

    /** History was lost. */
    Chain with(Gap gap) {
        return new Chain(next, closed, previous, epoch, passes.lost(gap), Gap.with(gaps, gap));
    }

    /** After a window was closed without a manifest. */
    Chain passed(long window) {
        return new Chain(NONE, window, previous, epoch, passes, gaps);
    }

    /** After a window was sealed. */
    Chain sealed(long window, String manifestHash, WindowLength length) {
        return new Chain(NONE, window, manifestHash, epoch, passes.after(window, length), List.of());
    }

    /** Format 2: the fields in the order of the record; format 1 had no gaps. */
    static final class Serializer extends ImmutableSerializer<Chain> {
        private static final long serialVersionUID = 1L;
        static final Serializer INSTANCE = new Serializer();

        @Override
        protected int format() {
            return 2;
        }

        @Override
        protected void write(Chain chain, DataOutputView out) throws IOException {
            out.writeLong(chain.next());
            out.writeLong(chain.closed());
            StringValue.writeString(chain.previous(), out);
            out.writeInt(chain.epoch());
            out.writeInt(chain.passes().passes().size());
            for (Passes.Pass pass : chain.passes().passes()) {
                out.writeLong(pass.start());
                out.writeLong(pass.until());
            }
            Gap.writeAll(chain.gaps(), out);
        }

        @Override
        protected Chain read(int format, DataInputView in) throws IOException {
            long next = in.readLong();
            long closed = in.readLong();
            String previous = StringValue.readString(in);
            int epoch = in.readInt();
            int count = in.readInt();
            List<Passes.Pass> passes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                passes.add(new Passes.Pass(in.readLong(), in.readLong()));
            }
            List<Gap> gaps = format == 1 ? List.of() : Gap.readAll(in);
            return new Chain(next, closed, previous, epoch, new Passes(passes), gaps);
        }

        @Override
        public TypeSerializerSnapshot<Chain> snapshotConfiguration() {
            return new Snapshot();
        }
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Chain> {
        public Snapshot() {
            super(() -> Serializer.INSTANCE);
        }
    }
}
