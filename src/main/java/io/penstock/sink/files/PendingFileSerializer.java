/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.Namespace;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Pending files in checkpoints: version 1, which is also a part of what {@link FilesCommittableSerializer} writes. */
final class PendingFileSerializer implements SimpleVersionedSerializer<PendingFile> {
    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(PendingFile file) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(512);
        out.writeInt(file.recoverableVersion());
        ImmutableSerializer.writeBytes(file.recoverable(), out);
        out.writeUTF(file.path());
        out.writeUTF(file.namespace().database());
        out.writeUTF(file.namespace().collection());
        out.writeLong(file.window());
        out.writeLong(file.rows());
        out.writeLong(file.bytes());
        ImmutableSerializer.writeBytes(file.sha256(), out);
        return out.getCopyOfBuffer();
    }

    @Override
    public PendingFile deserialize(int version, byte[] serialized) throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "pending files of version " + version + " are not known to this release, which writes " + VERSION);
        }
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        int recoverableVersion = in.readInt();
        byte[] recoverable = ImmutableSerializer.readBytes(in);
        return new PendingFile(
                recoverable,
                recoverableVersion,
                in.readUTF(),
                new Namespace(in.readUTF(), in.readUTF()),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                ImmutableSerializer.readBytes(in));
    }
}
