/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** The open transactions of all sessions; a session has at most one. */
final class Transactions {
    /** How long a transaction may stay open, in seconds: the server's own limit. */
    private static final long LIFETIME_SECONDS = 60;

    private static final List<String> ENDING = List.of("commitTransaction", "abortTransaction");

    private final Store store;
    private final RetryTable retried;
    private final ScheduledExecutorService timer;
    private final Map<BsonValue, Transaction> open = new ConcurrentHashMap<>();

    /** @param timer ends transactions that stay open too long */
    Transactions(Store store, RetryTable retried, ScheduledExecutorService timer) {
        this.timer = timer;
        this.store = store;
        this.retried = retried;
    }

    /** The request as part of its transaction, which it may begin; itself when it has none. */
    Request attach(Request request) {
        BsonDocument body = request.body();
        boolean inTransaction = body.containsKey("autocommit") && !Docs.truth(body, "autocommit");
        if (!inTransaction || ENDING.contains(request.name())) {
            return request;
        }
        TransactionId id = TransactionId.of(body);
        if (id == null) {
            throw new ServerError(72, "InvalidOptions", "'autocommit' needs 'lsid' and 'txnNumber'");
        }
        BsonValue session = id.lsid().get("id");
        if (Docs.truth(body, "startTransaction")) {
            Transaction before = open.remove(session);
            if (before != null) {
                store.abort(before);
            }
            open.put(session, begin(id, body));
        }
        return request.in(require(id));
    }

    private Transaction begin(TransactionId id, BsonDocument body) {
        BsonDocument concern = Docs.docOrEmpty(body, "readConcern");
        long now = store.now();
        long time = concern.isTimestamp("atClusterTime")
                ? concern.getTimestamp("atClusterTime").getValue()
                : now;
        store.history().requireReadable(time, now);
        Transaction transaction = new Transaction(id, time);
        Future<?> end = timer.schedule(() -> abort(transaction), LIFETIME_SECONDS, TimeUnit.SECONDS);
        transaction.ended().thenRun(() -> end.cancel(false));
        return transaction;
    }

    private Transaction require(TransactionId id) {
        Transaction transaction = open.get(id.lsid().get("id"));
        if (transaction == null || transaction.id().number() != id.number()) {
            throw Transaction.none(id);
        }
        return transaction;
    }

    BsonDocument commit(Request request) {
        TransactionId id = TransactionId.of(request.body());
        BsonDocument earlier = retried.find(id);
        if (earlier != null) {
            return earlier;
        }
        Transaction transaction = require(id);
        open.remove(id.lsid().get("id"));
        store.commit(transaction);
        retried.remember(id, Docs.ok());
        return Docs.ok();
    }

    BsonDocument abort(Request request) {
        TransactionId id = TransactionId.of(request.body());
        abort(require(id));
        return Docs.ok();
    }

    /** Gives a transaction up, as the server does after any error in it. */
    void abort(Transaction transaction) {
        if (open.remove(transaction.id().lsid().get("id"), transaction)) {
            store.abort(transaction);
        }
    }

    /** Ends sessions; what they have open is aborted. */
    BsonDocument endSessions(Request request) {
        for (BsonValue session : request.array(request.name())) {
            Transaction transaction = open.get(session.asDocument().get("id"));
            if (transaction != null) {
                abort(transaction);
            }
        }
        return Docs.ok();
    }

    int count() {
        return open.size();
    }
}
