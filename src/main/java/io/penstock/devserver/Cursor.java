/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.Objects;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;

/** An open cursor. One command at a time uses it. */
abstract class Cursor {
    private final long id;
    private final String namespace;
    private final BsonDocument lsid;

    Cursor(long id, String namespace, BsonDocument lsid) {
        this.id = id;
        this.namespace = namespace;
        this.lsid = lsid;
    }

    long id() {
        return id;
    }

    String namespace() {
        return namespace;
    }

    /**
     * Makes sure that the session that opened the cursor reads on.
     *
     * @throws ServerError 50738
     */
    void requireSession(BsonDocument of) {
        BsonDocument mine = lsid;
        if (mine != null && (of == null || !Objects.equals(mine.get("id"), of.get("id")))) {
            throw ServerError.location(
                    50738, "Cannot run getMore on cursor " + id + ", which was created in another session");
        }
    }

    /** The {@code cursor} part of a reply; id 0 tells the client that there is no more. */
    BsonDocument reply(boolean first, BsonArray documents, boolean exhausted) {
        return new BsonDocument(first ? "firstBatch" : "nextBatch", documents)
                .append("id", new BsonInt64(exhausted ? 0 : id))
                .append("ns", Docs.str(namespace));
    }
}
