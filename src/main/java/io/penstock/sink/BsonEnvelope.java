/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.BsonCursor;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;

/**
 * A change as one BSON document with the fields of {@link JsonEnvelope}: key and document are embedded byte for byte, the row hash
 * is 32 bytes of binary, {@code ts} a date. What MongoDB stored is what a reader gets, whatever it is.
 */
public final class BsonEnvelope implements ChangeEncoder {
    private static final byte[] OP = name("op");
    private static final byte[] NS = name("ns");
    private static final byte[] KEY = name("key");
    private static final byte[] VERSION = name("version");
    private static final byte[] REVISION = name("revision");
    private static final byte[] DOCUMENT = name("doc");
    private static final byte[] EPOCH = name("epoch");
    private static final byte[] WINDOW = name("window");
    private static final byte[] SHAPE = name("shape");
    private static final byte[] EXPORT_VERSION = name("exportVersion");
    private static final byte[] ROW_HASH = name("rowHash");
    private static final byte[] TIME = name("ts");

    private final RepeatedText<Namespace> namespace =
            new RepeatedText<>((name, out) -> string(name.toString().getBytes(UTF_8), out));
    private final RepeatedText<String> exportVersion =
            new RepeatedText<>((text, out) -> string(text.getBytes(UTF_8), out));

    @Override
    public void encode(ChangeRecord change, Bytes out) {
        int start = out.length();
        out.int32(0);
        element(BsonCursor.STRING, OP, out).int32(2).put(change.op().code()).put(0);
        element(BsonCursor.STRING, NS, out).put(namespace.of(change.namespace()));
        element(BsonCursor.DOCUMENT, KEY, out).put(change.documentKey());
        string(change.version().text().getBytes(UTF_8), element(BsonCursor.STRING, VERSION, out));
        element(BsonCursor.INT32, REVISION, out).int32(change.revision());
        if (change.document() == null) {
            element(BsonCursor.NULL, DOCUMENT, out);
        } else {
            element(BsonCursor.DOCUMENT, DOCUMENT, out).put(change.document());
        }
        element(BsonCursor.INT32, EPOCH, out).int32(change.epoch());
        element(BsonCursor.INT64, WINDOW, out).int64(change.window());
        if (change.document() == null) {
            element(BsonCursor.NULL, SHAPE, out);
        } else {
            element(BsonCursor.STRING, SHAPE, out).int32(17).hex(change.shape()).put(0);
        }
        element(BsonCursor.STRING, EXPORT_VERSION, out).put(exportVersion.of(change.exportVersion()));
        if (change.rowHash() == null) {
            element(BsonCursor.NULL, ROW_HASH, out);
        } else {
            element(BsonCursor.BINARY, ROW_HASH, out)
                    .int32(change.rowHash().length)
                    .put(0)
                    .put(change.rowHash());
        }
        element(BsonCursor.DATE_TIME, TIME, out).int64(change.version().timestamp());
        out.put(0);
        out.setInt32(start, out.length() - start);
    }

    private static Bytes element(byte type, byte[] name, Bytes out) {
        return out.put(type).put(name);
    }

    private static void string(byte[] utf8, Bytes out) {
        out.int32(utf8.length + 1).put(utf8).put(0);
    }

    private static byte[] name(String name) {
        return (name + '\0').getBytes(UTF_8);
    }
}
