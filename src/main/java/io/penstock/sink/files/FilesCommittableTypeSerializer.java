/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ImmutableSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** What waits to be committed, between operators. Format 1: the version and bytes of its form in checkpoints. */
public final class FilesCommittableTypeSerializer extends ImmutableSerializer<FilesCommittable> {
    private static final long serialVersionUID = 1L;
    public static final FilesCommittableTypeSerializer INSTANCE = new FilesCommittableTypeSerializer();
    private static final FilesCommittableSerializer FORM = new FilesCommittableSerializer();

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(FilesCommittable committable, DataOutputView out) throws IOException {
        out.writeInt(FORM.getVersion());
        writeBytes(FORM.serialize(committable), out);
    }

    @Override
    protected FilesCommittable read(int format, DataInputView in) throws IOException {
        return FORM.deserialize(in.readInt(), readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<FilesCommittable> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<FilesCommittable> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
