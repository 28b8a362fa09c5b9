/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.penstock.record.Sha256;
import io.penstock.store.Attempt;
import io.penstock.store.DoubleSealException;
import io.penstock.store.MetadataOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * What the documents of {@code manifests}, {@code roots} and {@code receipts} have in common: their place as {@code _id} and as fields, the text as it
 * was sealed, byte for byte, for its hashes are of it, and who wrote it. What one asks for by stands beside it.
 */
final class EntryDocument {
    static final String JOB = "job";
    static final String GENERATION = "generation";
    static final String NAMESPACE = "namespace";
    static final String WINDOW = "window";
    static final String SINK = "sink";
    private static final String JSON = "json";
    private static final String HASH = "sha256";
    private static final int FORMAT = 1;
    private static final int SHA_256_DIGITS = 64;
    private static final JsonMapper MAPPER = new JsonMapper();

    private EntryDocument() {}

    /** Who writes: everything else that a document holds beside its text. */
    record Writer(MetadataOptions options, Attempt attempt, long checkpoint) {}

    static BsonDocument of(BsonDocument place, BsonDocument fields, byte[] json, Writer writer) {
        BsonDocument document = new BsonDocument("_id", place).append("format", new BsonInt32(FORMAT));
        document.putAll(place);
        document.putAll(fields);
        document.append(HASH, new BsonString(Sha256.hex(json, SHA_256_DIGITS)))
                .append("token", new BsonInt64(writer.attempt().token()))
                .append("attempt", new BsonInt64(writer.attempt().number()))
                .append("checkpoint", new BsonInt64(writer.checkpoint()))
                .append(JSON, new BsonString(new String(json, StandardCharsets.UTF_8)));
        Expiry.in(writer.options().spec().retention().manifests(), document);
        return document;
    }

    static BsonDocument place(String job, int generation) {
        return new BsonDocument(JOB, new BsonString(job)).append(GENERATION, new BsonInt32(generation));
    }

    static JsonNode parse(byte[] json) throws IOException {
        return MAPPER.readTree(json);
    }

    static BsonValue text(JsonNode node) {
        return node.isTextual() ? new BsonString(node.textValue()) : BsonNull.VALUE;
    }

    static int generation(BsonDocument document) {
        return document.getNumber(GENERATION).intValue();
    }

    static long window(BsonDocument document) {
        return document.getNumber(WINDOW).longValue();
    }

    static String string(BsonDocument document, String field) {
        return document.getString(field).getValue();
    }

    static byte[] json(BsonDocument document) {
        return string(document, JSON).getBytes(StandardCharsets.UTF_8);
    }

    /** Whether two hold the same text. */
    static boolean isSame(BsonDocument one, BsonDocument other) {
        return string(one, HASH).equals(string(other, HASH));
    }

    static DoubleSealException sealedTwice(String what, BsonDocument there, BsonDocument given) {
        return new DoubleSealException(what, string(there, HASH), string(given, HASH));
    }
}
