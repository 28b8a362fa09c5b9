/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.concurrent.CompletableFuture;

/** An open transaction: the time it reads at, and what it wrote. */
final class Transaction {
    private final TransactionId id;
    private final long readTime;
    private final Changes changes = new Changes();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    Transaction(TransactionId id, long readTime) {
        this.id = id;
        this.readTime = readTime;
    }

    /** The error of a command whose transaction is not open. */
    static ServerError none(TransactionId id) {
        return new ServerError(
                        251,
                        "NoSuchTransaction",
                        "Given transaction number " + id.number() + " does not match any in-progress transactions.")
                .labelled("TransientTransactionError");
    }

    TransactionId id() {
        return id;
    }

    long readTime() {
        return readTime;
    }

    Changes changes() {
        return changes;
    }

    /** Completes when it has committed or aborted: those that its writes block go on then. */
    CompletableFuture<Void> ended() {
        return ended;
    }
}
