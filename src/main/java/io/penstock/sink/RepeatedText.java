/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import java.util.function.BiConsumer;

/** The bytes of a value that seldom differs from one record to the next: encoded once, copied from then on. */
public final class RepeatedText<T> {
    private final BiConsumer<T, Bytes> encoder;
    private T last;
    private byte[] bytes;

    public RepeatedText(BiConsumer<T, Bytes> encoder) {
        this.encoder = encoder;
    }

    /** The value's bytes; not to be changed. */
    public byte[] of(T value) {
        if (!value.equals(last)) {
            Bytes encoded = new Bytes(64);
            encoder.accept(value, encoded);
            bytes = encoded.toByteArray();
            last = value;
        }
        return bytes;
    }
}
