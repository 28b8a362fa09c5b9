/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;

/** Reads on which something is decided: linearizable, for a primary that was voted out, and does not know it yet, would answer others. */
final class Decisive {
    private Decisive() {}

    /** The document of an id, as the majority has it. */
    static Optional<BsonDocument> find(MongoCollection<BsonDocument> in, String id, String doing) throws IOException {
        try {
            return Optional.ofNullable(in.withReadConcern(ReadConcern.LINEARIZABLE)
                    .withReadPreference(ReadPreference.primary())
                    .find(Filters.eq(id))
                    .maxTime(MongoMetadataStore.ANSWER_SECONDS, TimeUnit.SECONDS)
                    .first());
        } catch (MongoException e) {
            throw StoreErrors.of(e, doing);
        }
    }
}
