/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.Namespace;
import io.penstock.record.NamespaceCodec;
import io.penstock.record.PassMarkSerializer;
import io.penstock.window.WindowInput.Announced;
import io.penstock.window.WindowInput.Changed;
import io.penstock.window.WindowInput.Marked;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: a tag, then the fields in the order of their record. */
public final class WindowInputSerializer extends ImmutableSerializer<WindowInput> {
    private static final long serialVersionUID = 1L;
    public static final WindowInputSerializer INSTANCE = new WindowInputSerializer();

    private static final byte MARKED = 1;
    private static final byte CHANGED = 2;
    private static final byte ANNOUNCED = 3;

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(WindowInput input, DataOutputView out) throws IOException {
        if (input instanceof Marked marked) {
            out.writeByte(MARKED);
            PassMarkSerializer.INSTANCE.serialize(marked.mark(), out);
        } else if (input instanceof Changed changed) {
            out.writeByte(CHANGED);
            NamespaceCodec.write(changed.namespace(), out);
            out.writeLong(changed.window());
            WindowDeltaSerializer.INSTANCE.serialize(changed.delta(), out);
        } else {
            out.writeByte(ANNOUNCED);
            ArtifactSerializer.INSTANCE.serialize(((Announced) input).artifact(), out);
        }
    }

    @Override
    protected WindowInput read(int format, DataInputView in) throws IOException {
        byte tag = in.readByte();
        switch (tag) {
            case MARKED:
                return new Marked(PassMarkSerializer.INSTANCE.deserialize(in));
            case CHANGED: {
                Namespace namespace = NamespaceCodec.read(in);
                return new Changed(namespace, in.readLong(), WindowDeltaSerializer.INSTANCE.deserialize(in));
            }
            case ANNOUNCED:
                return new Announced(ArtifactSerializer.INSTANCE.deserialize(in));
            default:
                throw new IOException("damaged bytes: no such kind of input: " + tag);
        }
    }

    @Override
    public TypeSerializerSnapshot<WindowInput> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<WindowInput> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
