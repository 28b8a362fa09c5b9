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

/** Format 1: the fields in the order of the record, without the last. Format 2: the last behind them, with a boolean in front that says whether it is set. */
public final class ChangeRecordSerializer extends ImmutableSerializer<ChangeRecord> {
    private static final long serialVersionUID = 1L;
    public static final ChangeRecordSerializer INSTANCE = new ChangeRecordSerializer();
    private static final ChangeRecord.Op[] OPS = ChangeRecord.Op.values();

    @Override
    protected int format() {
        return 2;
    }

    @Override
    protected void write(ChangeRecord change, DataOutputView out) throws IOException {
        out.writeByte(change.op().ordinal());
        NamespaceCodec.write(change.namespace(), out);
        KeySerializer.INSTANCE.serialize(change.key(), out);
        writeBytes(change.documentKey(), out);
        VersionSerializer.INSTANCE.serialize(change.version(), out);
        out.writeInt(change.revision());
        writeBytes(change.document(), out);
        writeBytes(change.before(), out);
        out.writeInt(change.epoch());
        out.writeLong(change.window());
        out.writeLong(change.shape());
        StringValue.writeString(change.exportVersion(), out);
        writeBytes(change.rowHash(), out);
        writeBytes(change.previousRowHash(), out);
        ChangeRecord.Replay replay = change.replay();
        out.writeBoolean(replay != null);
        if (replay != null) {
            StringValue.writeString(replay.sink(), out);
            StringValue.writeString(replay.letter(), out);
            out.writeInt(replay.attempts());
            out.writeBoolean(replay.superseded());
        }
    }

    @Override
    protected ChangeRecord read(int format, DataInputView in) throws IOException {
        ChangeRecord.Op op = OPS[in.readByte()];
        Namespace namespace = NamespaceCodec.read(in);
        Key key = KeySerializer.INSTANCE.deserialize(in);
        byte[] documentKey = readBytes(in);
        Version version = VersionSerializer.INSTANCE.deserialize(in);
        int revision = in.readInt();
        byte[] document = readBytes(in);
        byte[] before = readBytes(in);
        int epoch = in.readInt();
        long window = in.readLong();
        long shape = in.readLong();
        String exportVersion = StringValue.readString(in);
        byte[] rowHash = readBytes(in);
        byte[] previousRowHash = readBytes(in);
        ChangeRecord.Replay replay = format > 1 && in.readBoolean()
                ? new ChangeRecord.Replay(
                        StringValue.readString(in), StringValue.readString(in), in.readInt(), in.readBoolean())
                : null;
        return new ChangeRecord(
                op,
                namespace,
                key,
                documentKey,
                version,
                revision,
                document,
                before,
                epoch,
                window,
                shape,
                exportVersion,
                rowHash,
                previousRowHash,
                replay);
    }

    @Override
    public TypeSerializerSnapshot<ChangeRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ChangeRecord> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
