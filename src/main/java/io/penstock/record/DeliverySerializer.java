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
import org.apache.flink.types.StringValue;

/** Format 1: the fields in the order of the record. */
public final class DeliverySerializer extends ImmutableSerializer<Delivery> {
    private static final long serialVersionUID = 1L;
    public static final DeliverySerializer INSTANCE = new DeliverySerializer();

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(Delivery delivery, DataOutputView out) throws IOException {
        NamespaceCodec.write(delivery.namespace(), out);
        out.writeLong(delivery.window());
        StringValue.writeString(delivery.topic(), out);
        out.writeInt(delivery.partition());
        out.writeLong(delivery.first());
        out.writeLong(delivery.last());
        out.writeLong(delivery.rows());
        StringValue.writeString(delivery.transactionalId(), out);
    }

    @Override
    protected Delivery read(int format, DataInputView in) throws IOException {
        return new Delivery(
                NamespaceCodec.read(in),
                in.readLong(),
                StringValue.readString(in),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                StringValue.readString(in));
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
