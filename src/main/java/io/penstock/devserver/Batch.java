/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Sizes;
import java.util.Iterator;
import org.bson.BsonArray;
import org.bson.BsonDocument;

/** One reply's worth of documents: so many, and no more than a message may hold. */
final class Batch {
    /** The most bytes of documents in a reply, as the server cuts them. */
    static final int MAX_BYTES = 16 << 20;

    private final BsonArray documents = new BsonArray();
    private final long limit;
    private long bytes;

    Batch(long limit) {
        this.limit = limit;
    }

    boolean isFull() {
        return documents.size() >= limit;
    }

    /** Adds the document, unless it belongs into the next reply. */
    boolean add(BsonDocument document) {
        int size = Sizes.of(document);
        if (isFull() || (!documents.isEmpty() && bytes + size > MAX_BYTES)) {
            return false;
        }
        bytes += size;
        documents.add(document);
        return true;
    }

    boolean isEmpty() {
        return documents.isEmpty();
    }

    BsonArray documents() {
        return documents;
    }

    /** Fills a batch; gives back the document that did not fit any more, or null. */
    BsonDocument fill(BsonDocument first, Iterator<BsonDocument> rest) {
        if (first != null && !add(first)) {
            return first;
        }
        while (!isFull() && rest.hasNext()) {
            BsonDocument next = rest.next();
            if (!add(next)) {
                return next;
            }
        }
        return null;
    }
}
