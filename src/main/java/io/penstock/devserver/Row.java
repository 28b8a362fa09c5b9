/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** The place of one {@code _id} in a collection, with the versions of its document. Written under the store's lock only. */
final class Row {
    final BsonValue key;
    final long number;
    private volatile Version head;

    /**
     * @param key the {@code _id} as the index has it
     * @param number its number in the order of insertion
     */
    Row(BsonValue key, long number) {
        this.key = key;
        this.number = number;
    }

    Version head() {
        return head;
    }

    void push(Version version) {
        head = version;
    }

    /** Takes the newest version back. */
    void pop() {
        head = head.older();
    }

    /**
     * The document as it was at a cluster time, or null when there was none.
     *
     * @param reader the transaction that reads, which sees its own pending version; or null
     */
    RawBsonDocument at(long time, Transaction reader) {
        for (Version version = head; version != null; version = version.older()) {
            if (version.isPending() ? version.owner == reader : version.time() <= time) {
                return version.document;
            }
        }
        return null;
    }
}
