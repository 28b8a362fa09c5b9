/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Namespace;
import java.time.Instant;

/**
 * A change as one JSON object, without a line break inside or after it; {@code docs/formats.md} describes its fields. Key and
 * document are Extended JSON v2: canonical, so that no BSON type is lost, or relaxed, for readers that know JSON only. The
 * envelope's own numbers are plain JSON numbers.
 */
public final class JsonEnvelope implements ChangeEncoder {
    private static final byte[][] OPS = new byte[Op.values().length][];
    private static final byte[] KEY = ascii(",\"key\":");
    private static final byte[] VERSION = ascii(",\"version\":\"");
    private static final byte[] REVISION = ascii("\",\"revision\":");
    private static final byte[] DOCUMENT = ascii(",\"doc\":");
    private static final byte[] EPOCH = ascii(",\"epoch\":");
    private static final byte[] WINDOW = ascii(",\"window\":");
    private static final byte[] SHAPE = ascii(",\"shape\":");
    private static final byte[] EXPORT_VERSION = ascii(",\"exportVersion\":");
    private static final byte[] ROW_HASH = ascii(",\"rowHash\":");
    private static final byte[] TIME = ascii(",\"ts\":\"");
    private static final byte[] NULL = ascii("null");

    static {
        for (Op op : Op.values()) {
            OPS[op.ordinal()] = ascii("{\"op\":\"" + op.code() + "\",\"ns\":");
        }
    }

    private final RepeatedText<Namespace> namespace =
            new RepeatedText<>((name, out) -> JsonText.write(name.toString(), out));
    private final RepeatedText<String> exportVersion = new RepeatedText<>(JsonText::write);
    private final RepeatedText<Long> time = new RepeatedText<>(
            (millis, out) -> out.ascii(Instant.ofEpochMilli(millis).toString()));

    private final boolean relaxed;

    /** With key and document in canonical form. */
    public JsonEnvelope() {
        this(false);
    }

    private JsonEnvelope(boolean relaxed) {
        this.relaxed = relaxed;
    }

    /** With key and document in relaxed form. */
    public static JsonEnvelope relaxed() {
        return new JsonEnvelope(true);
    }

    @Override
    public void encode(ChangeRecord change, Bytes out) {
        out.put(OPS[change.op().ordinal()])
                .put(namespace.of(change.namespace()))
                .put(KEY);
        extendedJson(change.documentKey(), out);
        out.put(VERSION).ascii(change.version().text());
        out.put(REVISION).decimal(change.revision()).put(DOCUMENT);
        if (change.document() == null) {
            out.put(NULL);
        } else {
            extendedJson(change.document(), out);
        }
        out.put(EPOCH).decimal(change.epoch()).put(WINDOW).decimal(change.window());
        out.put(SHAPE);
        if (change.document() == null) {
            out.put(NULL);
        } else {
            out.put('"').hex(change.shape()).put('"');
        }
        out.put(EXPORT_VERSION).put(exportVersion.of(change.exportVersion())).put(ROW_HASH);
        if (change.rowHash() == null) {
            out.put(NULL);
        } else {
            out.put('"').hex(change.rowHash(), 0, change.rowHash().length).put('"');
        }
        out.put(TIME).put(time.of(change.version().timestamp())).put('"').put('}');
    }

    private void extendedJson(byte[] bson, Bytes out) {
        if (relaxed) {
            ExtendedJson.relaxed(bson, 0, out);
        } else {
            ExtendedJson.canonical(bson, 0, out);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
