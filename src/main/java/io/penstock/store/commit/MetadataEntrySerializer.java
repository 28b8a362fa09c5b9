/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.commit;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.NamespaceCodec;
import io.penstock.record.RecordType;
import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataEntry.SealedManifest;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: a tag, then the fields in the order of the record. */
public final class MetadataEntrySerializer extends ImmutableSerializer<MetadataEntry> {
    private static final long serialVersionUID = 1L;
    public static final MetadataEntrySerializer INSTANCE = new MetadataEntrySerializer();
    public static final TypeInformation<MetadataEntry> TYPE = new RecordType<>(MetadataEntry.class, INSTANCE);

    private static final byte MANIFEST = 1;

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(MetadataEntry entry, DataOutputView out) throws IOException {
        SealedManifest manifest = (SealedManifest) entry;
        out.writeByte(MANIFEST);
        out.writeInt(manifest.generation());
        NamespaceCodec.write(manifest.namespace(), out);
        out.writeLong(manifest.window());
        writeBytes(manifest.json(), out);
    }

    @Override
    protected MetadataEntry read(int format, DataInputView in) throws IOException {
        byte tag = in.readByte();
        if (tag != MANIFEST) {
            throw new IOException("damaged bytes: no such kind of entry: " + tag);
        }
        return new SealedManifest(in.readInt(), NamespaceCodec.read(in), in.readLong(), readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<MetadataEntry> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<MetadataEntry> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
