/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ImmutableSerializer;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** What waits to be committed, in checkpoints. Version 1 was a {@link PendingFile} alone; version 2 begins with a tag. */
final class FilesCommittableSerializer implements SimpleVersionedSerializer<FilesCommittable> {
    private static final int FILES_ONLY = 1;
    private static final int VERSION = 2;
    private static final byte FILE = 1;
    private static final byte MANIFEST = 2;
    private static final byte GROWN_MANIFEST = 3;

    private final PendingFileSerializer files = new PendingFileSerializer();

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(FilesCommittable committable) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(512);
        if (committable instanceof PendingFile file) {
            out.writeByte(FILE);
            ImmutableSerializer.writeBytes(files.serialize(file), out);
        } else {
            PendingManifest manifest = (PendingManifest) committable;
            out.writeByte(manifest.replaced() == null ? MANIFEST : GROWN_MANIFEST);
            out.writeUTF(manifest.path());
            if (manifest.replaced() != null) {
                out.writeUTF(manifest.replaced());
            }
            ImmutableSerializer.writeBytes(manifest.json(), out);
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public FilesCommittable deserialize(int version, byte[] serialized) throws IOException {
        if (version == FILES_ONLY) {
            return files.deserialize(FILES_ONLY, serialized);
        }
        if (version != VERSION) {
            throw new IOException(
                    "pending files of version " + version + " are not known to this release, which writes " + VERSION);
        }
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        byte tag = in.readByte();
        return switch (tag) {
            case FILE -> files.deserialize(FILES_ONLY, ImmutableSerializer.readBytes(in));
            case MANIFEST -> new PendingManifest(in.readUTF(), ImmutableSerializer.readBytes(in), null);
            case GROWN_MANIFEST -> {
                String path = in.readUTF();
                String replaced = in.readUTF();
                yield new PendingManifest(path, ImmutableSerializer.readBytes(in), replaced);
            }
            default -> throw new IOException("damaged bytes: no such kind of committable: " + tag);
        };
    }
}
