/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import java.time.Duration;
import java.time.Instant;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;

/** When the server may remove a document: by a TTL index on this field, which documents that are kept for ever do not have. */
final class Expiry {
    static final String FIELD = "expires";

    private Expiry() {}

    /** @param retention zero for ever */
    static void in(Duration retention, BsonDocument document) {
        if (!retention.isZero()) {
            document.put(FIELD, new BsonDateTime(Instant.now().plus(retention).toEpochMilli()));
        }
    }
}
