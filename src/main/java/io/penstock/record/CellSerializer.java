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

/** Format 1: the namespace's parts, the number in two bytes. */
public final class CellSerializer extends ImmutableSerializer<Cell> {
    private static final long serialVersionUID = 1L;
    public static final CellSerializer INSTANCE = new CellSerializer();

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(Cell cell, DataOutputView out) throws IOException {
        NamespaceCodec.write(cell.namespace(), out);
        out.writeShort(cell.number());
    }

    @Override
    protected Cell read(int format, DataInputView in) throws IOException {
        Namespace namespace = NamespaceCodec.read(in);
        return new Cell(namespace, in.readUnsignedShort());
    }

    @Override
    public TypeSerializerSnapshot<Cell> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Cell> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
