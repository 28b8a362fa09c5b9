/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.penstock.record.Namespace;
import io.penstock.record.Sha256;
import io.penstock.store.Attempt;
import io.penstock.store.MetadataEntry.SealedManifest;
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
 * A manifest as a document of {@code manifests}. Its text is kept as it was sealed, byte for byte, for its hashes are of it; what one asks for by stands
 * beside it.
 */
final class ManifestDocument {
    static final String GENERATION = "generation";
    static final String NAMESPACE = "namespace";
    static final String WINDOW = "window";
    private static final String JSON = "json";
    private static final String HASH = "sha256";
    private static final int FORMAT = 1;
    private static final int SHA_256_DIGITS = 64;
    private static final JsonMapper MAPPER = new JsonMapper();

    private ManifestDocument() {}

    static BsonDocument of(SealedManifest manifest, MetadataOptions options, Attempt attempt, long checkpoint)
            throws IOException {
        JsonNode node = MAPPER.readTree(manifest.json());
        BsonDocument document =
                new BsonDocument("_id", place(manifest, options.job())).append("format", new BsonInt32(FORMAT));
        document.putAll(place(manifest, options.job()));
        document.append("contentHash", text(node.path("contentHash")))
                .append("manifestHash", text(node.path("manifestHash")))
                .append("previous", text(node.path("previous")))
                .append(HASH, new BsonString(Sha256.hex(manifest.json(), SHA_256_DIGITS)))
                .append("token", new BsonInt64(attempt.token()))
                .append("attempt", new BsonInt64(attempt.number()))
                .append("checkpoint", new BsonInt64(checkpoint))
                .append(JSON, new BsonString(new String(manifest.json(), StandardCharsets.UTF_8)));
        Expiry.in(options.spec().retention().manifests(), document);
        return document;
    }

    private static BsonDocument place(SealedManifest manifest, String job) {
        return new BsonDocument("job", new BsonString(job))
                .append(GENERATION, new BsonInt32(manifest.generation()))
                .append(NAMESPACE, new BsonString(manifest.namespace().toString()))
                .append(WINDOW, new BsonInt64(manifest.window()));
    }

    static SealedManifest read(BsonDocument document) {
        return new SealedManifest(
                document.getNumber(GENERATION).intValue(),
                Namespace.parse(document.getString(NAMESPACE).getValue()),
                document.getNumber(WINDOW).longValue(),
                document.getString(JSON).getValue().getBytes(StandardCharsets.UTF_8));
    }

    /** Of its bytes. */
    static String hash(BsonDocument document) {
        return document.getString(HASH).getValue();
    }

    static String describe(BsonDocument document) {
        return "window " + document.getNumber(WINDOW).longValue() + " of "
                + document.getString(NAMESPACE).getValue() + " in generation "
                + document.getNumber(GENERATION).intValue();
    }

    private static BsonValue text(JsonNode node) {
        return node.isTextual() ? new BsonString(node.textValue()) : BsonNull.VALUE;
    }
}
