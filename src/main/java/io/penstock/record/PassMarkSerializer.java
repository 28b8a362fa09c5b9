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

/** Format 1: the fields in the order of the record. */
public final class PassMarkSerializer extends ImmutableSerializer<PassMark> {
    private static final long serialVersionUID = 1L;
    public static final PassMarkSerializer INSTANCE = new PassMarkSerializer();
    private static final PassMark.Kind[] KINDS = PassMark.Kind.values();

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(PassMark mark, DataOutputView out) throws IOException {
        NamespaceCodec.write(mark.namespace(), out);
        out.writeByte(mark.kind().ordinal());
        out.writeInt(mark.epoch());
        out.writeLong(mark.passStart());
        VersionSerializer.INSTANCE.serialize(mark.version(), out);
    }

    @Override
    protected PassMark read(int format, DataInputView in) throws IOException {
        return new PassMark(
                NamespaceCodec.read(in),
                KINDS[in.readByte()],
                in.readInt(),
                in.readLong(),
                VersionSerializer.INSTANCE.deserialize(in));
    }

    @Override
    public TypeSerializerSnapshot<PassMark> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<PassMark> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
