/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** A namespace on the wire and in state: its two parts, each with its length. */
public final class NamespaceCodec {
    private NamespaceCodec() {}

    public static void write(Namespace namespace, DataOutputView out) throws IOException {
        StringValue.writeString(namespace.database(), out);
        StringValue.writeString(namespace.collection(), out);
    }

    public static Namespace read(DataInputView in) throws IOException {
        String database = StringValue.readString(in);
        return new Namespace(database, StringValue.readString(in));
    }
}
