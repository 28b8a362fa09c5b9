/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.Namespace;
import io.penstock.sink.columns.ColumnType.Kind;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the namespace, how many fields, then each field's name and the number of its kind. */
public final class SeenColumnsSerializer extends ImmutableSerializer<SeenColumns> {
    private static final long serialVersionUID = 1L;
    public static final SeenColumnsSerializer INSTANCE = new SeenColumnsSerializer();

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(SeenColumns seen, DataOutputView out) throws IOException {
        out.writeUTF(seen.namespace().database());
        out.writeUTF(seen.namespace().collection());
        out.writeInt(seen.kinds().size());
        for (Map.Entry<String, Kind> field : seen.kinds().entrySet()) {
            out.writeUTF(field.getKey());
            out.writeByte(field.getValue().ordinal());
        }
    }

    @Override
    protected SeenColumns read(int format, DataInputView in) throws IOException {
        Namespace namespace = new Namespace(in.readUTF(), in.readUTF());
        Map<String, Kind> kinds = new LinkedHashMap<>();
        for (int fields = in.readInt(); fields > 0; fields--) {
            String name = in.readUTF();
            int kind = in.readUnsignedByte();
            if (kind >= Kind.values().length) {
                throw new IOException("damaged bytes: no such kind of column: " + kind);
            }
            kinds.put(name, Kind.values()[kind]);
        }
        return new SeenColumns(namespace, kinds);
    }

    @Override
    public TypeSerializerSnapshot<SeenColumns> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<SeenColumns> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
