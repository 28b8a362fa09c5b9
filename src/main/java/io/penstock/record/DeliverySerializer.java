/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import io.penstock.record.Delivery.Placed;
import io.penstock.record.Delivery.Refused;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Format 1: the fields of {@link Delivery.Placed} in the order of the record. Format 2: a tag, then the fields in the order of their record. */
public final class DeliverySerializer extends ImmutableSerializer<Delivery> {
    private static final long serialVersionUID = 1L;
    public static final DeliverySerializer INSTANCE = new DeliverySerializer();

    private static final byte PLACED = 1;
    private static final byte REFUSED = 2;

    @Override
    protected int format() {
        return 2;
    }

    @Override
    protected void write(Delivery delivery, DataOutputView out) throws IOException {
        if (delivery instanceof Placed placed) {
            out.writeByte(PLACED);
            NamespaceCodec.write(placed.namespace(), out);
            out.writeLong(placed.window());
            StringValue.writeString(placed.topic(), out);
            out.writeInt(placed.partition());
            out.writeLong(placed.first());
            out.writeLong(placed.last());
            out.writeLong(placed.rows());
            StringValue.writeString(placed.transactionalId(), out);
        } else {
            Refused refused = (Refused) delivery;
            out.writeByte(REFUSED);
            NamespaceCodec.write(refused.namespace(), out);
            out.writeLong(refused.window());
            StringValue.writeString(refused.key(), out);
            VersionSerializer.INSTANCE.serialize(refused.version(), out);
            out.writeInt(refused.revision());
            StringValue.writeString(refused.rowHash(), out);
            StringValue.writeString(refused.previousRowHash(), out);
        }
    }

    @Override
    protected Delivery read(int format, DataInputView in) throws IOException {
        byte tag = format == 1 ? PLACED : in.readByte();
        return switch (tag) {
            case PLACED -> new Placed(
                    NamespaceCodec.read(in),
                    in.readLong(),
                    StringValue.readString(in),
                    in.readInt(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    StringValue.readString(in));
            case REFUSED -> new Refused(
                    NamespaceCodec.read(in),
                    in.readLong(),
                    StringValue.readString(in),
                    VersionSerializer.INSTANCE.deserialize(in),
                    in.readInt(),
                    StringValue.readString(in),
                    StringValue.readString(in));
            default -> throw new IOException("damaged bytes: no such kind of delivery: " + tag);
        };
    }

    @Override
    public TypeSerializerSnapshot<Delivery> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Delivery> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
