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

/** Format 1: a byte of flags, count, bytes, due, readFrom, then what the flags say is there: last version, row's version. */
public final class WaitingSerializer extends ImmutableSerializer<Waiting> {
    private static final long serialVersionUID = 1L;
    static final WaitingSerializer INSTANCE = new WaitingSerializer();

    private static final int LAST = 1;
    private static final int LAST_IS_DELETE = 1 << 1;
    private static final int ROW = 1 << 2;

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(Waiting waiting, DataOutputView out) throws IOException {
        out.writeByte((waiting.last() != null ? LAST : 0)
                | (waiting.lastIsDelete() ? LAST_IS_DELETE : 0)
                | (waiting.row() != null ? ROW : 0));
        out.writeInt(waiting.count());
        out.writeLong(waiting.bytes());
        out.writeLong(waiting.due());
        out.writeLong(waiting.readFrom());
        if (waiting.last() != null) {
            VersionSerializer.INSTANCE.serialize(waiting.last(), out);
        }
        if (waiting.row() != null) {
            VersionSerializer.INSTANCE.serialize(waiting.row(), out);
        }
    }

    @Override
    protected Waiting read(int format, DataInputView in) throws IOException {
        int flags = in.readUnsignedByte();
        int count = in.readInt();
        long bytes = in.readLong();
        long due = in.readLong();
        long readFrom = in.readLong();
        Version last = (flags & LAST) == 0 ? null : VersionSerializer.INSTANCE.deserialize(in);
        Version row = (flags & ROW) == 0 ? null : VersionSerializer.INSTANCE.deserialize(in);
        return new Waiting(count, bytes, last, (flags & LAST_IS_DELETE) != 0, row, readFrom, due);
    }

    @Override
    public TypeSerializerSnapshot<Waiting> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Waiting> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
