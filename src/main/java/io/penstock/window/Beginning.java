/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.RecordType;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What sealing knows of the job, of no namespace in particular.
 *
 * @param origin the cluster time from which on the stream is read; 0 before that is told, {@link #OLDER} in a job that had
 *     exported something before it had windows: what its collections hold is never known, and nothing can be sealed
 * @param greatestRead the latest cluster time at which rows of any namespace were read
 * @param generation the manifests' generation
 * @param rollbacks how many rollbacks of the job began a generation
 * @param gaps in the history since that generation began, each of which began one more
 * @param lostAt where a job whose checkpoints are lost had exported everything up to when it began anew; 0 for others
 */
record Beginning(long origin, long greatestRead, int generation, int rollbacks, List<Gap> gaps, long lostAt) {
    static final TypeInformation<Beginning> TYPE = new RecordType<>(Beginning.class, Serializer.INSTANCE);

    /** The origin of a job that is older than its windows. */
    static final long OLDER = -1;

    Beginning from(long clusterTime) {
        return origin == OLDER
                ? this
                : new Beginning(clusterTime, later(clusterTime), generation, rollbacks, gaps, lostAt);
    }

    /** Whether every change of every collection from its beginning on was digested. */
    boolean isComplete() {
        return origin != 0 && origin != OLDER;
    }

    Beginning readAt(long clusterTime) {
        return new Beginning(origin, later(clusterTime), generation, rollbacks, gaps, lostAt);
    }

    Beginning lost(Gap gap) {
        // Of a job that has lost its checkpoints nothing was sealed yet where the source has forgotten what came next.
        boolean isBegun = lostAt == 0 || gap.from() != lostAt || !gaps.isEmpty();
        int first = isBegun ? generation : generation - 1;
        return new Beginning(origin, greatestRead, first, rollbacks, Gap.with(gaps, gap), lostAt);
    }

    /** The last generation that there is. */
    int latest() {
        return generation + gaps.size();
    }

    /** That of a window: what ends before a gap is of the generation before it, though it may be sealed after the gap is known. */
    int generationOf(long window, WindowLength length) {
        return generation
                + (int) gaps.stream()
                        .filter(gap -> length.windowOf(gap.from()) <= window)
                        .count();
    }

    private long later(long clusterTime) {
        return Long.compareUnsigned(clusterTime, greatestRead) > 0 ? clusterTime : greatestRead;
    }

    /** Format 3: the fields in the order of the record; format 2 was without the last, format 1 had no gaps either. */
    static final class Serializer extends ImmutableSerializer<Beginning> {
        private static final long serialVersionUID = 1L;
        static final Serializer INSTANCE = new Serializer();

        @Override
        protected int format() {
            return 3;
        }

        @Override
        protected void write(Beginning beginning, DataOutputView out) throws IOException {
            out.writeLong(beginning.origin());
            out.writeLong(beginning.greatestRead());
            out.writeInt(beginning.generation());
            out.writeInt(beginning.rollbacks());
            Gap.writeAll(beginning.gaps(), out);
            out.writeLong(beginning.lostAt());
        }

        @Override
        protected Beginning read(int format, DataInputView in) throws IOException {
            return new Beginning(
                    in.readLong(),
                    in.readLong(),
                    in.readInt(),
                    in.readInt(),
                    format == 1 ? List.of() : Gap.readAll(in),
                    format < 3 ? 0 : in.readLong());
        }

        @Override
        public TypeSerializerSnapshot<Beginning> snapshotConfiguration() {
            return new Snapshot();
        }
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Beginning> {
        public Snapshot() {
            super(() -> Serializer.INSTANCE);
        }
    }
}
