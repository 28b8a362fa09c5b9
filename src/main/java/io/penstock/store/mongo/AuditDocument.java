/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import io.penstock.store.AuditEntry;
import io.penstock.store.AuditEvent;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * The form of an entry in the collection {@code audit}: the fields that are hashed, and {@code hash}. {@code _id} is made of {@code job}
 * and {@code seq}, so that no two entries can have one number.
 */
final class AuditDocument {
    static final String JOB = "job";
    static final String SEQ = "seq";
    static final String DETAILS = "details";

    private AuditDocument() {}

    static BsonDocument id(String job, long seq) {
        return new BsonDocument(JOB, new BsonString(job)).append(SEQ, new BsonInt64(seq));
    }

    static BsonDocument write(AuditEntry entry) {
        BsonDocument details = new BsonDocument();
        entry.event().details().forEach((name, value) -> details.append(name, new BsonString(value)));
        return new BsonDocument("_id", id(entry.job(), entry.seq()))
                .append("format", new BsonInt32(AuditEntry.FORMAT))
                .append(JOB, new BsonString(entry.job()))
                .append(SEQ, new BsonInt64(entry.seq()))
                .append("id", new BsonString(entry.id()))
                .append("at", new BsonString(entry.at()))
                .append("by", new BsonString(entry.by()))
                .append("action", new BsonString(entry.event().action()))
                .append(DETAILS, details)
                .append(
                        "previous",
                        entry.previous().<BsonValue>map(BsonString::new).orElse(BsonNull.VALUE))
                .append("hash", new BsonString(entry.hash()));
    }

    /**
     * Reads one, whatever its hash; that is for the chain to check.
     *
     * @throws IllegalArgumentException when it is of another format, or not as this program writes it
     */
    static AuditEntry read(BsonDocument document) {
        AuditEntry entry;
        try {
            int format = document.getNumber("format").intValue();
            if (format > AuditEntry.FORMAT) {
                throw new IllegalArgumentException(
                        "it has format " + format + ", of a later release of Penstock; use that");
            }
            entry = entry(document);
        } catch (BsonInvalidOperationException | IllegalArgumentException e) {
            throw new IllegalArgumentException(describe(document) + " cannot be read: " + e.getMessage(), e);
        }
        if (!document.equals(write(entry))) {
            throw new IllegalArgumentException(
                    describe(document) + " was changed: it has other fields, or types of them, than were written");
        }
        return entry;
    }

    private static AuditEntry entry(BsonDocument document) {
        SortedMap<String, String> details = new TreeMap<>();
        document.getDocument(DETAILS)
                .forEach((name, value) -> details.put(name, value.asString().getValue()));
        BsonValue previous = document.get("previous", BsonNull.VALUE);
        return new AuditEntry(
                document.getString(JOB).getValue(),
                document.getNumber(SEQ).longValue(),
                document.getString("id").getValue(),
                document.getString("at").getValue(),
                document.getString("by").getValue(),
                new AuditEvent(document.getString("action").getValue(), details),
                previous.isNull()
                        ? Optional.empty()
                        : Optional.of(previous.asString().getValue()),
                document.getString("hash").getValue());
    }

    private static String describe(BsonDocument document) {
        return "the audit entry " + document.get(SEQ, document.get("_id", BsonNull.VALUE));
    }
}
