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

/** Format 1: a tag, then the fields in the order of their record. */
public final class SourceRecordSerializer extends ImmutableSerializer<SourceRecord> {
    private static final long serialVersionUID = 1L;
    public static final SourceRecordSerializer INSTANCE = new SourceRecordSerializer();

    private static final byte ROW = 1;
    private static final byte EVENT = 2;
    private static final byte FLOOR = 3;
    private static final byte MARK = 4;
    private static final byte GHOSTS = 5;
    private static final byte REPLAY = 6;
    private static final ChangeEvent.Kind[] KINDS = ChangeEvent.Kind.values();

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(SourceRecord record, DataOutputView out) throws IOException {
        if (record instanceof SnapshotRow row) {
            head(ROW, row, out);
            KeySerializer.INSTANCE.serialize(row.key(), out);
            out.writeLong(row.readFrom());
            writeBytes(row.document(), out);
        } else if (record instanceof ChangeEvent event) {
            head(EVENT, event, out);
            KeySerializer.INSTANCE.serialize(event.key(), out);
            out.writeByte(event.kind().ordinal());
            out.writeLong(event.epochStart());
            writeBytes(event.documentKey(), out);
            writeBytes(event.document(), out);
            writeBytes(event.delta(), out);
        } else if (record instanceof Floor floor) {
            head(FLOOR, floor, out);
            out.writeShort(floor.cellNumber());
        } else if (record instanceof GhostSweep sweep) {
            head(GHOSTS, sweep, out);
            out.writeShort(sweep.cellNumber());
        } else if (record instanceof ReplayRequest replay) {
            out.writeByte(REPLAY);
            LetterEventSerializer.write(replay.letter(), out);
        } else {
            PassMark mark = (PassMark) record;
            out.writeByte(MARK);
            PassMarkSerializer.INSTANCE.serialize(mark, out);
        }
    }

    private static void head(byte tag, SourceRecord record, DataOutputView out) throws IOException {
        out.writeByte(tag);
        NamespaceCodec.write(record.namespace(), out);
        VersionSerializer.INSTANCE.serialize(record.version(), out);
        out.writeInt(record.epoch());
    }

    @Override
    protected SourceRecord read(int format, DataInputView in) throws IOException {
        byte tag = in.readByte();
        if (tag == MARK) {
            return PassMarkSerializer.INSTANCE.deserialize(in);
        }
        if (tag == REPLAY) {
            return new ReplayRequest(LetterEventSerializer.readLetter(in));
        }
        Namespace namespace = NamespaceCodec.read(in);
        Version version = VersionSerializer.INSTANCE.deserialize(in);
        int epoch = in.readInt();
        switch (tag) {
            case ROW: {
                Key key = KeySerializer.INSTANCE.deserialize(in);
                long readFrom = in.readLong();
                return new SnapshotRow(namespace, key, version, readFrom, epoch, readBytes(in));
            }
            case EVENT: {
                Key key = KeySerializer.INSTANCE.deserialize(in);
                ChangeEvent.Kind kind = KINDS[in.readByte()];
                long epochStart = in.readLong();
                byte[] documentKey = readBytes(in);
                byte[] document = readBytes(in);
                return new ChangeEvent(
                        namespace, key, version, kind, epoch, epochStart, documentKey, document, readBytes(in));
            }
            case FLOOR:
                return new Floor(namespace, in.readUnsignedShort(), version, epoch);
            case GHOSTS:
                return new GhostSweep(namespace, in.readUnsignedShort(), version, epoch);
            default:
                throw new IOException("damaged bytes: no such kind of source record: " + tag);
        }
    }

    @Override
    public TypeSerializerSnapshot<SourceRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<SourceRecord> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
