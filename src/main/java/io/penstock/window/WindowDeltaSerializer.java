/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.ImmutableSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the occupied buckets, changes by operation, shapes. Readers of state change what they were given only after a copy. */
public final class WindowDeltaSerializer extends ImmutableSerializer<WindowDelta> {
    private static final long serialVersionUID = 1L;
    public static final WindowDeltaSerializer INSTANCE = new WindowDeltaSerializer();

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(WindowDelta delta, DataOutputView out) throws IOException {
        delta.write(out);
    }

    @Override
    protected WindowDelta read(int format, DataInputView in) throws IOException {
        return WindowDelta.read(in);
    }

    @Override
    public TypeSerializerSnapshot<WindowDelta> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<WindowDelta> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
