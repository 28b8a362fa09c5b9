/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.store.DoubleSealException;
import io.penstock.store.MetadataEntry.SealedRoot;
import java.io.IOException;
import org.bson.BsonDocument;
import org.bson.BsonInt64;

/** A root as a document of {@code roots}. */
final class RootDocument {
    private static final String LAST = "last";
    private static final String HASH = "rootHash";

    private RootDocument() {}

    static BsonDocument of(SealedRoot root, EntryDocument.Writer writer) throws IOException {
        JsonNode node = EntryDocument.parse(root.json());
        JsonNode lastHash = node.path("stretch").path(HASH);
        BsonDocument place = EntryDocument.place(writer.options().job(), root.generation())
                .append(EntryDocument.WINDOW, new BsonInt64(root.window()));
        BsonDocument fields = new BsonDocument(LAST, new BsonInt64(root.last()))
                .append(HASH, EntryDocument.text(node.path(HASH)))
                .append("lastRootHash", EntryDocument.text(lastHash.isMissingNode() ? node.path(HASH) : lastHash))
                .append("previous", EntryDocument.text(node.path("previous")));
        return EntryDocument.of(place, fields, root.json(), writer);
    }

    static SealedRoot read(BsonDocument document) {
        return new SealedRoot(
                EntryDocument.generation(document),
                EntryDocument.window(document),
                last(document),
                EntryDocument.json(document));
    }

    /**
     * Of two of one place, the one that says all that the other says: they begin with the same root, and one may have grown.
     *
     * @throws DoubleSealException when they are not of one history
     */
    static BsonDocument grown(BsonDocument there, BsonDocument given) throws DoubleSealException {
        boolean isOfOne = there.get(HASH).equals(given.get(HASH))
                && (last(there) != last(given) || EntryDocument.isSame(there, given));
        if (!isOfOne) {
            throw EntryDocument.sealedTwice(
                    "the root of window " + EntryDocument.window(given) + " in generation "
                            + EntryDocument.generation(given),
                    there,
                    given);
        }
        return last(given) > last(there) ? given : there;
    }

    private static long last(BsonDocument document) {
        return document.getNumber(LAST).longValue();
    }
}
