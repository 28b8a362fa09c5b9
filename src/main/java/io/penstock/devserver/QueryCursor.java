/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.Iterator;
import org.bson.BsonDocument;

/** A cursor over documents that are found, or made, as they are asked for. */
final class QueryCursor extends Cursor {
    private final StoredCollection collection;
    private final Iterator<BsonDocument> documents;
    private final String openedAs;
    private final BsonDocument extra;
    private BsonDocument pending;

    /**
     * @param collection the collection that is read; null when the documents come from nowhere
     * @param extra fields for the {@code cursor} part of every reply
     */
    QueryCursor(
            long id,
            String namespace,
            BsonDocument lsid,
            StoredCollection collection,
            Iterator<BsonDocument> documents,
            BsonDocument extra) {
        super(id, namespace, lsid);
        this.collection = collection;
        this.documents = documents;
        this.openedAs = collection == null ? null : collection.namespace();
        this.extra = extra;
    }

    /**
     * The next batch as a {@code cursor} document.
     *
     * @throws ServerError 175 when the collection has gone in the meantime
     */
    synchronized BsonDocument next(boolean first, long limit, boolean single) {
        if (collection != null
                && (collection.isDropped() || !collection.namespace().equals(openedAs))) {
            throw new ServerError(175, "QueryPlanKilled", "collection dropped or renamed. UUID " + collection.uuid());
        }
        Batch batch = new Batch(limit);
        pending = batch.fill(pending, documents);
        // A full batch says nothing of what follows; the server looks for more only when it is asked to.
        boolean exhausted = single || (pending == null && !batch.isFull() && !documents.hasNext());
        BsonDocument reply = reply(first, batch.documents(), exhausted);
        reply.putAll(extra);
        return reply;
    }
}
