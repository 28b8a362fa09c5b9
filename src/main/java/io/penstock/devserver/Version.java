/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import org.bson.RawBsonDocument;

/** A document as it was from a cluster time on, until the next version; versions of one document are a chain, newest first. */
final class Version {
    /** The time of a version whose transaction has not committed. */
    static final long PENDING = Long.MAX_VALUE;

    /** The document; null where it is deleted. */
    final RawBsonDocument document;

    /** The transaction that wrote it, while that is open. */
    final Transaction owner;

    private volatile long time;
    private volatile Version older;

    Version(long time, RawBsonDocument document, Transaction owner, Version older) {
        this.time = time;
        this.document = document;
        this.owner = owner;
        this.older = older;
    }

    long time() {
        return time;
    }

    boolean isPending() {
        return time == PENDING;
    }

    Version older() {
        return older;
    }

    void commit(long commitTime) {
        time = commitTime;
    }

    /** Forgets what was before. */
    void cut() {
        older = null;
    }
}
