/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.Key;
import io.penstock.record.KeySerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the key, the number. */
public final class SlotSerializer extends ImmutableSerializer<Slot> {
    private static final long serialVersionUID = 1L;
    static final SlotSerializer INSTANCE = new SlotSerializer();

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(Slot slot, DataOutputView out) throws IOException {
        KeySerializer.INSTANCE.serialize(slot.key(), out);
        out.writeInt(slot.number());
    }

    @Override
    protected Slot read(int format, DataInputView in) throws IOException {
        Key key = KeySerializer.INSTANCE.deserialize(in);
        return new Slot(key, in.readInt());
    }

    @Override
    public TypeSerializerSnapshot<Slot> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Slot> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
