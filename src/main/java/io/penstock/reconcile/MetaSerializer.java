/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.Version;
import io.penstock.record.VersionSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: a byte of flags, epoch, export version, then what the flags say is there: version, hash, document key. */
public final class MetaSerializer extends ImmutableSerializer<Meta> {
    private static final long serialVersionUID = 1L;
    static final MetaSerializer INSTANCE = new MetaSerializer();

    private static final int HASH_BYTES = 32;
    private static final int TOMBSTONE = 1;
    private static final int SUPERSEDED = 1 << 1;
    private static final int WAITING = 1 << 2;
    private static final int VERSION = 1 << 3;
    private static final int HASH = 1 << 4;
    private static final int DOCUMENT_KEY = 1 << 5;

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(Meta meta, DataOutputView out) throws IOException {
        out.writeByte((meta.tombstone() ? TOMBSTONE : 0)
                | (meta.superseded() ? SUPERSEDED : 0)
                | (meta.waiting() ? WAITING : 0)
                | (meta.version() != null ? VERSION : 0)
                | (meta.rowHash() != null ? HASH : 0)
                | (meta.documentKey() != null ? DOCUMENT_KEY : 0));
        out.writeInt(meta.epoch());
        out.writeLong(meta.exportVersion());
        if (meta.version() != null) {
            VersionSerializer.INSTANCE.serialize(meta.version(), out);
        }
        if (meta.rowHash() != null) {
            out.write(meta.rowHash());
        }
        if (meta.documentKey() != null) {
            writeBytes(meta.documentKey(), out);
        }
    }

    @Override
    protected Meta read(int format, DataInputView in) throws IOException {
        int flags = in.readUnsignedByte();
        int epoch = in.readInt();
        long exportVersion = in.readLong();
        Version version = (flags & VERSION) == 0 ? null : VersionSerializer.INSTANCE.deserialize(in);
        byte[] hash = null;
        if ((flags & HASH) != 0) {
            hash = new byte[HASH_BYTES];
            in.readFully(hash);
        }
        byte[] documentKey = (flags & DOCUMENT_KEY) == 0 ? null : readBytes(in);
        return new Meta(
                version,
                epoch,
                hash,
                exportVersion,
                documentKey,
                (flags & TOMBSTONE) != 0,
                (flags & SUPERSEDED) != 0,
                (flags & WAITING) != 0);
    }

    @Override
    public TypeSerializerSnapshot<Meta> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Meta> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
