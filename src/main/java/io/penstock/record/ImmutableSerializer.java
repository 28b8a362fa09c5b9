/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * A serializer of immutable values. Each value begins with a format byte, so that a later format and all older ones can be
 * read side by side and state need not be migrated: a subclass reads every format it ever wrote.
 */
public abstract class ImmutableSerializer<T> extends TypeSerializerSingleton<T> {
    private static final long serialVersionUID = 1L;

    /** The format that is written. */
    protected abstract int format();

    protected abstract void write(T value, DataOutputView out) throws IOException;

    /** Reads a value of the given format, which is at most {@link #format()}. */
    protected abstract T read(int format, DataInputView in) throws IOException;

    @Override
    public final void serialize(T value, DataOutputView out) throws IOException {
        out.writeByte(format());
        write(value, out);
    }

    /** Throws an IOException that says what to do when the format is newer than this program. */
    @Override
    public final T deserialize(DataInputView in) throws IOException {
        int format = in.readUnsignedByte();
        if (format == 0 || format > format()) {
            throw new IOException(getClass().getSimpleName() + ": format " + format + " was written by a newer Penstock"
                    + " (this one reads up to " + format() + "), or the bytes are damaged");
        }
        return read(format, in);
    }

    @Override
    public final T deserialize(T reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public final boolean isImmutableType() {
        return true;
    }

    /** Null: an immutable value needs no instance to be reused. */
    @Override
    public final T createInstance() {
        return null;
    }

    @Override
    public final T copy(T from) {
        return from;
    }

    @Override
    public final T copy(T from, T reuse) {
        return from;
    }

    @Override
    public final int getLength() {
        return -1;
    }

    @Override
    public final void copy(DataInputView in, DataOutputView out) throws IOException {
        serialize(deserialize(in), out);
    }

    /** Writes bytes that may be absent: their length, or -1. */
    public static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
        if (bytes == null) {
            out.writeInt(-1);
        } else {
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    /** Reads what {@link #writeBytes} wrote; null when absent. */
    public static byte[] readBytes(DataInputView in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}
