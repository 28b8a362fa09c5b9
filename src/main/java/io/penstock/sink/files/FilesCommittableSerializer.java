/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.LetterEventSerializer;
import io.penstock.record.NamespaceCodec;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** What waits to be committed, in checkpoints. Version 1 was a {@link PendingFile} alone; version 2 begins with a tag, and
 * version 3 may hold a {@link PendingLetter}. */
final class FilesCommittableSerializer implements SimpleVersionedSerializer<FilesCommittable> {
    private static final int FILES_ONLY = 1;
    private static final int WITHOUT_LETTERS = 2;
    private static final int VERSION = 3;
    private static final byte FILE = 1;
    private static final byte MANIFEST = 2;
    private static final byte GROWN_MANIFEST = 3;
    private static final byte LETTER = 4;

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
        } else if (committable instanceof PendingLetter letter) {
            out.writeByte(LETTER);
            NamespaceCodec.write(letter.namespace(), out);
            out.writeLong(letter.window());
            LetterEventSerializer.INSTANCE.serialize(letter.event(), out);
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
        if (version != VERSION && version != WITHOUT_LETTERS) {
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
            case LETTER -> new PendingLetter(
                    NamespaceCodec.read(in), in.readLong(), LetterEventSerializer.INSTANCE.deserialize(in));
            default -> throw new IOException("damaged bytes: no such kind of committable: " + tag);
        };
    }
}
