/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.sink.Bytes;
import io.penstock.sink.ChangeEncoder;
import io.penstock.sink.ExtendedJson;
import io.penstock.sink.JsonText;
import io.penstock.sink.RepeatedText;

/**
 * Debezium's envelope: {@code before} and {@code after} as objects in relaxed Extended JSON, {@code source}, {@code op}, {@code ts_ms}.
 * What Debezium has no place for stands inside {@code source}. Both {@code ts_ms} are the cluster time: nothing that is exported comes
 * from a wall clock.
 *
 * <p>Source: <a href="https://debezium.io/documentation/reference/stable/connectors/mongodb.html">Debezium's change events</a>; what
 * Flink's {@code debezium-json} reads of them: {@code before}, {@code after}, {@code op}.
 */
final class DebeziumJson implements ChangeEncoder {
    private static final byte[] BEFORE = ascii("{\"before\":");
    private static final byte[] AFTER = ascii(",\"after\":");
    private static final byte[] SOURCE = ascii(",\"source\":{\"connector\":\"penstock\",");
    private static final byte[] TIME = ascii(",\"ts_ms\":");
    private static final byte[] KEY = ascii(",\"key\":");
    private static final byte[] VERSION = ascii(",\"version\":\"");
    private static final byte[] REVISION = ascii("\",\"revision\":");
    private static final byte[] EPOCH = ascii(",\"epoch\":");
    private static final byte[] WINDOW = ascii(",\"window\":");
    private static final byte[] SHAPE = ascii(",\"shape\":");
    private static final byte[] EXPORT_VERSION = ascii(",\"exportVersion\":");
    private static final byte[] ROW_HASH = ascii(",\"rowHash\":");
    private static final byte[] OP = ascii("},\"op\":\"");
    private static final byte[] NULL = ascii("null");

    private final RepeatedText<Namespace> collection = new RepeatedText<>(DebeziumJson::collection);
    private final RepeatedText<String> exportVersion = new RepeatedText<>(JsonText::write);

    @Override
    public void encode(ChangeRecord change, Bytes out) {
        long time = change.version().timestamp();
        document(change.before(), out.put(BEFORE));
        document(change.document(), out.put(AFTER));
        out.put(SOURCE).put(collection.of(change.namespace())).put(TIME).decimal(time);
        document(change.documentKey(), out.put(KEY));
        out.put(VERSION).ascii(change.version().text());
        out.put(REVISION).decimal(change.revision()).put(EPOCH).decimal(change.epoch());
        out.put(WINDOW).decimal(change.window());
        lineage(change, out);
        out.put(OP).put(change.op().code()).put('"').put(TIME).decimal(time).put('}');
    }

    private void lineage(ChangeRecord change, Bytes out) {
        out.put(EXPORT_VERSION).put(exportVersion.of(change.exportVersion()));
        if (change.document() == null) {
            out.put(SHAPE).put(NULL).put(ROW_HASH).put(NULL);
        } else {
            out.put(SHAPE).put('"').hex(change.shape()).put('"');
            out.put(ROW_HASH)
                    .put('"')
                    .hex(change.rowHash(), 0, change.rowHash().length)
                    .put('"');
        }
    }

    private static void document(byte[] bson, Bytes out) {
        if (bson == null) {
            out.put(NULL);
        } else {
            ExtendedJson.relaxed(bson, 0, out);
        }
    }

    private static void collection(Namespace namespace, Bytes out) {
        JsonText.write(namespace.database(), out.ascii("\"db\":"));
        JsonText.write(namespace.collection(), out.ascii(",\"collection\":"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
