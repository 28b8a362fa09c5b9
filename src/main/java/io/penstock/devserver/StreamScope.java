/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.ChangeEntry.Kind;
import org.bson.BsonDocument;

/**
 * What a change stream watches: one collection, one database, or everything.
 *
 * @param db the database, or null for everything
 * @param coll the collection, or null for all of the database
 */
record StreamScope(String db, String coll) {
    boolean sees(ChangeEntry entry) {
        if (entry.isInternal()) {
            return false;
        }
        if (db == null) {
            return true;
        }
        if (entry.kind() == Kind.DROP_DATABASE) {
            return coll == null && entry.db().equals(db);
        }
        return matches(entry.db(), entry.coll()) || isTarget(entry);
    }

    private boolean matches(String inDb, String inColl) {
        return db.equals(inDb) && (coll == null || coll.equals(inColl));
    }

    private boolean isTarget(ChangeEntry entry) {
        if (entry.kind() != Kind.RENAME) {
            return false;
        }
        BsonDocument to = entry.detail().getDocument("to");
        return matches(to.getString("db").getValue(), to.getString("coll").getValue());
    }

    /** Whether the stream ends with this entry, because what it watches is gone. */
    boolean isEndedBy(ChangeEntry entry) {
        if (coll != null) {
            return entry.kind() == Kind.DROP || entry.kind() == Kind.RENAME;
        }
        return db != null && entry.kind() == Kind.DROP_DATABASE;
    }

    /** The namespace of the stream's cursor. */
    String cursorNamespace() {
        return (db == null ? "admin" : db) + "." + (coll == null ? "$cmd.aggregate" : coll);
    }
}
