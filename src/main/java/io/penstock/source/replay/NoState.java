/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.replay;

import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Version 1: nothing. */
final class NoState<T> implements SimpleVersionedSerializer<T> {
    @Override
    public int getVersion() {
        return 1;
    }

    @Override
    public byte[] serialize(T nothing) {
        return new byte[0];
    }

    @Override
    public T deserialize(int version, byte[] serialized) {
        return null;
    }
}
