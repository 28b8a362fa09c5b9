/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the cell in two bytes, the length, the canonical bytes. */
public final class KeySerializer extends ImmutableSerializer<Key> {
    private static final long serialVersionUID = 1L;
    public static final KeySerializer INSTANCE = new KeySerializer();

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(Key key, DataOutputView out) throws IOException {
        out.writeShort(key.cell());
        writeBytes(key.bytes(), out);
    }

    @Override
    protected Key read(int format, DataInputView in) throws IOException {
        int cell = in.readUnsignedShort();
        return new Key(readBytes(in), cell);
    }

    @Override
    public TypeSerializerSnapshot<Key> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Key> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
