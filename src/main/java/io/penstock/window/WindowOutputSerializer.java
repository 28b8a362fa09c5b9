/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.Namespace;
import io.penstock.record.NamespaceCodec;
import io.penstock.window.WindowOutput.Passed;
import io.penstock.window.WindowOutput.Receipted;
import io.penstock.window.WindowOutput.Rooted;
import io.penstock.window.WindowOutput.Sealed;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Format 1: a tag, then the fields in the order of their record. */
public final class WindowOutputSerializer extends ImmutableSerializer<WindowOutput> {
    private static final long serialVersionUID = 1L;
    public static final WindowOutputSerializer INSTANCE = new WindowOutputSerializer();

    private static final byte PASSED = 1;
    private static final byte SEALED_ALONE = 2;
    private static final byte RECEIPTED = 3;
    private static final byte SEALED = 4;
    private static final byte ROOTED = 5;

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(WindowOutput output, DataOutputView out) throws IOException {
        if (output instanceof Passed passed) {
            out.writeByte(PASSED);
            ArtifactSerializer.INSTANCE.serialize(passed.artifact(), out);
        } else if (output instanceof Sealed sealed) {
            out.writeByte(SEALED);
            out.writeInt(sealed.generation());
            NamespaceCodec.write(sealed.namespace(), out);
            out.writeLong(sealed.window());
            out.writeLong(sealed.last());
            out.writeLong(sealed.replaced());
            writeBytes(sealed.json(), out);
        } else if (output instanceof Receipted receipt) {
            out.writeByte(RECEIPTED);
            out.writeInt(receipt.generation());
            NamespaceCodec.write(receipt.namespace(), out);
            out.writeLong(receipt.window());
            StringValue.writeString(receipt.sink(), out);
            writeBytes(receipt.json(), out);
        } else {
            Rooted rooted = (Rooted) output;
            out.writeByte(ROOTED);
            out.writeInt(rooted.generation());
            out.writeLong(rooted.window());
            out.writeLong(rooted.last());
            out.writeLong(rooted.replaced());
            writeBytes(rooted.json(), out);
        }
    }

    @Override
    protected WindowOutput read(int format, DataInputView in) throws IOException {
        byte tag = in.readByte();
        return switch (tag) {
            case PASSED -> new Passed(ArtifactSerializer.INSTANCE.deserialize(in));
            case RECEIPTED -> new Receipted(
                    in.readInt(), NamespaceCodec.read(in), in.readLong(), StringValue.readString(in), readBytes(in));
            case SEALED_ALONE -> {
                int generation = in.readInt();
                Namespace namespace = NamespaceCodec.read(in);
                long window = in.readLong();
                yield new Sealed(generation, namespace, window, window, window - 1, readBytes(in));
            }
            case SEALED -> new Sealed(
                    in.readInt(), NamespaceCodec.read(in), in.readLong(), in.readLong(), in.readLong(), readBytes(in));
            case ROOTED -> new Rooted(in.readInt(), in.readLong(), in.readLong(), in.readLong(), readBytes(in));
            default -> throw new IOException("damaged bytes: no such kind of output: " + tag);
        };
    }

    @Override
    public TypeSerializerSnapshot<WindowOutput> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<WindowOutput> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
