/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import io.penstock.record.DeadLetter;
import io.penstock.record.Version;
import io.penstock.store.LetterEntry;
import io.penstock.store.LetterState;
import java.time.Instant;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** What is known of a dead letter as a document of {@code dead_letters}; its times are the server's to set. */
final class LetterDocument {
    static final String JOB = "job";
    static final String ID = "id";
    static final String SINK = "sink";
    static final String NAMESPACE = "ns";
    static final String VERSION = "version";
    static final String STATE = "state";
    static final String REFUSED = "refused";
    static final String CHANGED = "changed";
    static final String PIECES = "pieces";
    static final String CHANGE_BYTES = "changeBytes";
    private static final int FORMAT = 1;

    private LetterDocument() {}

    static BsonDocument key(String job, String id) {
        return new BsonDocument(JOB, new BsonString(job)).append(ID, new BsonString(id));
    }

    /** The fields that an event may change too; without times, and without what says how the change is kept. */
    static BsonDocument fields(String job, LetterEntry entry) {
        long clusterTime = Version.parse(entry.version()).clusterTime();
        return new BsonDocument("format", new BsonInt32(FORMAT))
                .append(JOB, new BsonString(job))
                .append(ID, new BsonString(entry.id()))
                .append(SINK, new BsonString(entry.sink()))
                .append(NAMESPACE, new BsonString(entry.ns()))
                .append("key", new BsonString(entry.key()))
                .append("op", new BsonString(entry.op()))
                .append(VERSION, new BsonString(entry.version()))
                .append("revision", new BsonInt32(entry.revision()))
                .append("clusterTime", new BsonTimestamp(clusterTime))
                .append("reason", new BsonString(entry.reason().name()))
                .append("code", orNull(entry.code()))
                .append("message", orNull(entry.message()))
                .append("attempts", new BsonInt32(entry.attempts()))
                .append(STATE, new BsonString(entry.state().name()))
                .append("epoch", new BsonInt32(entry.epoch()))
                .append("window", new BsonInt64(entry.window()))
                .append("shape", orNull(entry.shape()))
                .append("exportVersion", orNull(entry.exportVersion()))
                .append("rowHash", orNull(entry.rowHash()))
                .append("documentBytes", new BsonInt64(entry.documentBytes()));
    }

    static LetterEntry read(BsonDocument document) {
        return new LetterEntry(
                text(document, ID),
                text(document, SINK),
                text(document, NAMESPACE),
                text(document, "key"),
                text(document, "op"),
                text(document, VERSION),
                number(document, "revision"),
                Instant.ofEpochSecond(Integer.toUnsignedLong(
                                document.getTimestamp("clusterTime").getTime()))
                        .toString(),
                DeadLetter.Reason.valueOf(text(document, "reason")),
                text(document, "code"),
                text(document, "message"),
                number(document, "attempts"),
                LetterState.valueOf(text(document, STATE)),
                number(document, "epoch"),
                document.getNumber("window").longValue(),
                text(document, "shape"),
                text(document, "exportVersion"),
                text(document, "rowHash"),
                document.getNumber("documentBytes").longValue(),
                time(document, REFUSED),
                time(document, CHANGED));
    }

    static int number(BsonDocument document, String field) {
        return document.getNumber(field).intValue();
    }

    private static String text(BsonDocument document, String field) {
        BsonValue value = document.get(field);
        return value == null || value.isNull() ? null : value.asString().getValue();
    }

    private static String time(BsonDocument document, String field) {
        return Instant.ofEpochMilli(document.getDateTime(field).getValue()).toString();
    }

    private static BsonValue orNull(String text) {
        return text == null ? BsonNull.VALUE : new BsonString(text);
    }
}
