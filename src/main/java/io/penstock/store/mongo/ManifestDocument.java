/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.record.Namespace;
import io.penstock.store.MetadataEntry.SealedManifest;
import java.io.IOException;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/** A manifest as a document of {@code manifests}. */
final class ManifestDocument {
    private ManifestDocument() {}

    static BsonDocument of(SealedManifest manifest, EntryDocument.Writer writer) throws IOException {
        JsonNode node = EntryDocument.parse(manifest.json());
        BsonDocument place = EntryDocument.place(writer.options().job(), manifest.generation())
                .append(
                        EntryDocument.NAMESPACE,
                        new BsonString(manifest.namespace().toString()))
                .append(EntryDocument.WINDOW, new BsonInt64(manifest.window()));
        BsonDocument fields = new BsonDocument("contentHash", EntryDocument.text(node.path("contentHash")))
                .append("manifestHash", EntryDocument.text(node.path("manifestHash")))
                .append("previous", EntryDocument.text(node.path("previous")));
        return EntryDocument.of(place, fields, manifest.json(), writer);
    }

    static SealedManifest read(BsonDocument document) {
        return new SealedManifest(
                EntryDocument.generation(document),
                Namespace.parse(EntryDocument.string(document, EntryDocument.NAMESPACE)),
                EntryDocument.window(document),
                EntryDocument.json(document));
    }

    /** The pass that its namespace was last read in. */
    static int epoch(BsonDocument document) throws IOException {
        return EntryDocument.parse(EntryDocument.json(document))
                .path("run")
                .path("epoch")
                .asInt();
    }

    static String describe(BsonDocument document) {
        return "window " + EntryDocument.window(document) + " of "
                + EntryDocument.string(document, EntryDocument.NAMESPACE) + " in generation "
                + EntryDocument.generation(document);
    }
}
