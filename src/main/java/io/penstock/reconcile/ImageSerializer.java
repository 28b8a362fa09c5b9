/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.ImmutableSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the length, raw BSON. Images are never changed in place, so they need no copies. */
public final class ImageSerializer extends ImmutableSerializer<byte[]> {
    private static final long serialVersionUID = 1L;
    static final ImageSerializer INSTANCE = new ImageSerializer();

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(byte[] image, DataOutputView out) throws IOException {
        writeBytes(image, out);
    }

    @Override
    protected byte[] read(int format, DataInputView in) throws IOException {
        return readBytes(in);
    }

    @Override
    public TypeSerializerSnapshot<byte[]> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<byte[]> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
