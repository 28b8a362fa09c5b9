/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.Delivery.Refused;
import io.penstock.record.DeliverySerializer;
import io.penstock.record.ImmutableSerializer;
import io.penstock.record.NamespaceCodec;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Format 1: the fields in the order of the record, without the last. Format 2: the last behind them, with a boolean in front that says whether it is set. */
public final class ArtifactSerializer extends ImmutableSerializer<Artifact> {
    private static final long serialVersionUID = 1L;
    public static final ArtifactSerializer INSTANCE = new ArtifactSerializer();

    @Override
    protected int format() {
        return 2;
    }

    @Override
    protected void write(Artifact artifact, DataOutputView out) throws IOException {
        StringValue.writeString(artifact.sink(), out);
        NamespaceCodec.write(artifact.namespace(), out);
        out.writeLong(artifact.window());
        StringValue.writeString(artifact.path(), out);
        out.writeLong(artifact.rows());
        out.writeLong(artifact.bytes());
        writeBytes(artifact.sha256(), out);
        writeBytes(artifact.committable(), out);
        out.writeBoolean(artifact.refused() != null);
        if (artifact.refused() != null) {
            DeliverySerializer.INSTANCE.serialize(artifact.refused(), out);
        }
    }

    @Override
    protected Artifact read(int format, DataInputView in) throws IOException {
        return new Artifact(
                StringValue.readString(in),
                NamespaceCodec.read(in),
                in.readLong(),
                StringValue.readString(in),
                in.readLong(),
                in.readLong(),
                readBytes(in),
                readBytes(in),
                format > 1 && in.readBoolean() ? (Refused) DeliverySerializer.INSTANCE.deserialize(in) : null);
    }

    @Override
    public TypeSerializerSnapshot<Artifact> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Artifact> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
