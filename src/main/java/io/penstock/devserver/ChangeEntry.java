/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.UUID;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * One entry of the change log, with the images around it.
 *
 * @param time its cluster time; all entries of a transaction share it
 * @param op its number inside its transaction, else 0
 * @param wall the time of day, in milliseconds since 1970
 * @param coll the collection, or null for an entry about a whole database
 * @param uuid the collection's UUID; zero for an entry about a whole database
 * @param id the {@code _id} that the document had before it, or the new document's; null when it is about no document
 * @param before the document before; null when there was none
 * @param after the document after; null when there is none
 * @param detail an update's description, a rename's target, or the options of what was made
 * @param transaction the transaction that it belongs to, or null
 */
record ChangeEntry(
        long time,
        int op,
        long wall,
        Kind kind,
        String db,
        String coll,
        UUID uuid,
        BsonValue id,
        RawBsonDocument before,
        RawBsonDocument after,
        BsonDocument detail,
        TransactionId transaction) {

    /** The detail of an insert that change streams do not show: into a time-series, or into what takes another's place. */
    static final BsonDocument INTERNAL = new BsonDocument("internal", BsonBoolean.TRUE);

    /** What an entry tells. */
    enum Kind {
        INSERT("insert", false),
        UPDATE("update", false),
        REPLACE("replace", false),
        DELETE("delete", false),
        DROP("drop", false),
        RENAME("rename", false),
        DROP_DATABASE("dropDatabase", false),
        CREATE("create", true),
        CREATE_INDEXES("createIndexes", true),
        DROP_INDEXES("dropIndexes", true),
        MODIFY("modify", true);

        private final String operationType;
        private final boolean expanded;

        Kind(String operationType, boolean expanded) {
            this.operationType = operationType;
            this.expanded = expanded;
        }

        /** The change event's operation type. */
        String operationType() {
            return operationType;
        }

        /** Whether only streams with expanded events show it. */
        boolean isExpanded() {
            return expanded;
        }

        static Kind of(String operationType) {
            for (Kind kind : values()) {
                if (kind.operationType.equals(operationType)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no kind of entry: " + operationType);
        }
    }

    /** The entry as part of a transaction that commits. */
    ChangeEntry committed(long commitTime, int number) {
        return new ChangeEntry(commitTime, number, wall, kind, db, coll, uuid, id, before, after, detail, transaction);
    }

    /** The entry with the image before it. */
    ChangeEntry after(RawBsonDocument image) {
        return new ChangeEntry(time, op, wall, kind, db, coll, uuid, id, image, after, detail, transaction);
    }

    /** About how much memory it holds, in bytes; images count although they are mostly shared with the collection. */
    long weight() {
        return 200L + (before == null ? 0 : before.getByteLength()) + (after == null ? 0 : after.getByteLength());
    }

    /** Whether change streams never show it, because its database or collection is the server's own. */
    boolean isInternal() {
        return db.equals("admin")
                || db.equals("local")
                || db.equals("config")
                || (coll != null && coll.startsWith("system."))
                || INTERNAL.equals(detail);
    }
}
