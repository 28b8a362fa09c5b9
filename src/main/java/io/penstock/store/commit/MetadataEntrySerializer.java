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
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataEntry.SinkReceipt;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** A tag, then the fields in the order of the record. Format 1 knew manifests only; format 2 has roots and receipts. */
public final class MetadataEntrySerializer extends ImmutableSerializer<MetadataEntry> {
    private static final long serialVersionUID = 1L;
    public static final MetadataEntrySerializer INSTANCE = new MetadataEntrySerializer();
    public static final TypeInformation<MetadataEntry> TYPE = new RecordType<>(MetadataEntry.class, INSTANCE);

    private static final byte MANIFEST = 1;
    private static final byte ROOT = 2;
    private static final byte RECEIPT = 3;

    @Override
    protected int format() {
        return 2;
    }

    @Override
    protected void write(MetadataEntry entry, DataOutputView out) throws IOException {
        if (entry instanceof SealedManifest manifest) {
            out.writeByte(MANIFEST);
            out.writeInt(manifest.generation());
            NamespaceCodec.write(manifest.namespace(), out);
            out.writeLong(manifest.window());
        } else if (entry instanceof SealedRoot root) {
            out.writeByte(ROOT);
            out.writeInt(root.generation());
            out.writeLong(root.window());
            out.writeLong(root.last());
        } else {
            SinkReceipt receipt = (SinkReceipt) entry;
            out.writeByte(RECEIPT);
            out.writeInt(receipt.generation());
            NamespaceCodec.write(receipt.namespace(), out);
            out.writeLong(receipt.window());
            StringValue.writeString(receipt.sink(), out);
        }
        writeBytes(entry.json(), out);
    }

    @Override
    protected MetadataEntry read(int format, DataInputView in) throws IOException {
        byte tag = in.readByte();
        return switch (tag) {
            case MANIFEST -> new SealedManifest(in.readInt(), NamespaceCodec.read(in), in.readLong(), readBytes(in));
            case ROOT -> new SealedRoot(in.readInt(), in.readLong(), in.readLong(), readBytes(in));
            case RECEIPT -> new SinkReceipt(
                    in.readInt(), NamespaceCodec.read(in), in.readLong(), StringValue.readString(in), readBytes(in));
            default -> throw new IOException("damaged bytes: no such kind of entry: " + tag);
        };
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
