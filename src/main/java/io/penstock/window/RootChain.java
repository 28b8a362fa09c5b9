/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.RecordType;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * The last root.
 *
 * @param generation its generation; 0 before the first
 * @param window its window
 * @param hash its hash, or null
 * @param begins what the next root says of the beginning of its generation, as JSON; null when it begins none
 */
record RootChain(int generation, long window, String hash, String begins) {
    static final RootChain EMPTY = new RootChain(0, 0, null, null);
    static final TypeInformation<RootChain> TYPE = new RecordType<>(RootChain.class, Serializer.INSTANCE);

    /** Of a root that was read. */
    static RootChain behind(Root.Follows last) {
        return new RootChain(last.generation(), last.window(), last.hash(), null);
    }

    RootChain beginning(String nextGeneration) {
        return new RootChain(generation, window, hash, nextGeneration);
    }

    /** Format 1: the fields in the order of the record. */
    static final class Serializer extends ImmutableSerializer<RootChain> {
        private static final long serialVersionUID = 1L;
        static final Serializer INSTANCE = new Serializer();

        @Override
        protected int format() {
            return 1;
        }

        @Override
        protected void write(RootChain chain, DataOutputView out) throws IOException {
            out.writeInt(chain.generation());
            out.writeLong(chain.window());
            StringValue.writeString(chain.hash(), out);
            StringValue.writeString(chain.begins(), out);
        }

        @Override
        protected RootChain read(int format, DataInputView in) throws IOException {
            return new RootChain(in.readInt(), in.readLong(), StringValue.readString(in), StringValue.readString(in));
        }

        @Override
        public TypeSerializerSnapshot<RootChain> snapshotConfiguration() {
            return new Snapshot();
        }
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<RootChain> {
        public Snapshot() {
            super(() -> Serializer.INSTANCE);
        }
    }
}
