/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** The replies to retryable writes and commits, so that a repeated one is answered and not done again. */
final class RetryTable {
    private static final int CAPACITY = 20_000;

    private record Number(BsonValue session, long number) {}

    private final Map<Number, BsonDocument> replies = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Number, BsonDocument> eldest) {
            return size() > CAPACITY;
        }
    };

    private final Map<BsonValue, Long> newest = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BsonValue, Long> eldest) {
            return size() > CAPACITY;
        }
    };

    /**
     * The reply that a write was answered with before, or null.
     *
     * @throws ServerError 225 when the session has gone on to a greater number
     */
    synchronized BsonDocument find(TransactionId id) {
        if (id == null) {
            return null;
        }
        BsonDocument reply = replies.get(number(id));
        if (reply != null) {
            return reply.clone();
        }
        long last = newest.getOrDefault(id.lsid().get("id"), Long.MIN_VALUE);
        if (id.number() < last) {
            throw new ServerError(
                    225,
                    "TransactionTooOld",
                    "Cannot start transaction " + id.number() + " because a newer one with number " + last
                            + " has already started.");
        }
        return null;
    }

    synchronized void remember(TransactionId id, BsonDocument reply) {
        if (id != null) {
            replies.put(number(id), reply.clone());
            newest.merge(id.lsid().get("id"), id.number(), Math::max);
        }
    }

    private static Number number(TransactionId id) {
        return new Number(id.lsid().get("id"), id.number());
    }
}
