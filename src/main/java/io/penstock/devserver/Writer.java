/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.ChangeEntry.Kind;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** Writes documents and collections for one command, under the store's lock, and notes each change for the log. */
final class Writer {
    private static final UUID NO_COLLECTION = new UUID(0, 0);

    private final Store store;
    private final Changes changes;
    private final Transaction transaction;

    Writer(Store store, Changes changes, Transaction transaction) {
        this.store = store;
        this.changes = changes;
        this.transaction = transaction;
    }

    /** The transaction that writes, or null. */
    Transaction transaction() {
        return transaction;
    }

    /** The time at which the writer looks for documents: a transaction's own, else the newest state. */
    long readTime() {
        return transaction == null ? Version.PENDING - 1 : transaction.readTime();
    }

    Store store() {
        return store;
    }

    /** The collection, made when it does not exist. */
    StoredCollection collectionOrNew(String db, String name) {
        StoredCollection collection = store.catalog().find(db, name);
        if (collection != null && collection.isView()) {
            throw new ServerError(
                    166, "CommandNotSupportedOnView", "Namespace " + db + "." + name + " is a view, not a collection");
        }
        return collection != null ? collection : create(db, name, new BsonDocument());
    }

    StoredCollection create(String db, String name, BsonDocument options) {
        long time = store.nextTime();
        UUID uuid = UUID.nameUUIDFromBytes((db + "." + name + "@" + time).getBytes(StandardCharsets.UTF_8));
        StoredCollection collection = new StoredCollection(db, name, uuid, options, time);
        store.catalog().put(collection);
        note(time, Kind.CREATE, collection, options);
        return collection;
    }

    void insert(StoredCollection collection, RawBsonDocument document) {
        BsonValue id = document.get("_id");
        Row row = collection.rowOrNew(id);
        requireFree(row);
        collection.requireValid(document);
        if (row.head() != null && row.head().document != null) {
            throw StoredIndex.duplicate(collection, "_id_", new BsonDocument("_id", id));
        }
        put(Kind.INSERT, collection, row, null, document, collection.isHidden() ? ChangeEntry.INTERNAL : null);
    }

    /** Puts a new version of a document; a description tells an update from a replacement. */
    void update(
            StoredCollection collection,
            Row row,
            RawBsonDocument before,
            RawBsonDocument after,
            BsonDocument description) {
        put(description == null ? Kind.REPLACE : Kind.UPDATE, collection, row, before, after, description);
    }

    void delete(StoredCollection collection, Row row, RawBsonDocument before) {
        put(Kind.DELETE, collection, row, before, null, null);
    }

    /**
     * Makes sure that no other transaction has written the row, and for a transaction that nobody has since it began.
     *
     * @throws ServerError 112 in a transaction
     * @throws BlockedException outside of one
     */
    void requireFree(Row row) {
        Version head = row.head();
        if (head == null || (head.isPending() && head.owner == transaction)) {
            return;
        }
        if (transaction != null && (head.isPending() || head.time() > transaction.readTime())) {
            throw new ServerError(
                            112,
                            "WriteConflict",
                            "Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry "
                                    + "your operation or multi-document transaction.")
                    .labelled("TransientTransactionError");
        }
        if (head.isPending()) {
            throw new BlockedException(head.owner);
        }
    }

    private void put(
            Kind kind,
            StoredCollection collection,
            Row row,
            RawBsonDocument before,
            RawBsonDocument after,
            BsonDocument detail) {
        BsonValue id = (before == null ? after : before).get("_id");
        if (after != null) {
            collection.requireValid(after);
        }
        for (StoredIndex index : collection.indexes()) {
            index.replace(collection, row.key, before, after);
        }
        long time = transaction == null ? store.nextTime() : Version.PENDING;
        Version version = new Version(time, after, transaction, row.head());
        row.push(version);
        changes.add(collection, row, version, entry(time, kind, collection, id, before, after, detail));
    }

    /** Notes a change of a collection as a whole; such changes do not wait for a transaction. */
    void note(long time, Kind kind, StoredCollection collection, BsonDocument detail) {
        changes.add(entry(time, kind, collection, null, null, null, detail));
    }

    private ChangeEntry entry(
            long time,
            Kind kind,
            StoredCollection collection,
            BsonValue id,
            RawBsonDocument before,
            RawBsonDocument after,
            BsonDocument detail) {
        TransactionId of = transaction == null ? null : transaction.id();
        return new ChangeEntry(
                time,
                0,
                store.millis(),
                kind,
                collection.db(),
                collection.name(),
                collection.uuid(),
                id,
                before,
                after,
                detail,
                of);
    }

    void drop(StoredCollection collection) {
        note(store.nextTime(), Kind.DROP, collection, null);
        store.catalog().remove(collection);
        collection.drop();
    }

    /** Gives a collection another name; what had the name before is dropped without an event of its own. */
    void rename(StoredCollection collection, String db, String name) {
        StoredCollection target = store.catalog().find(db, name);
        BsonDocument detail =
                new BsonDocument("to", new BsonDocument("db", Docs.str(db)).append("coll", Docs.str(name)));
        if (target != null) {
            detail.append("dropTarget", new org.bson.BsonBinary(target.uuid()));
            store.catalog().remove(target);
            target.drop();
        }
        long time = store.nextTime();
        note(time, Kind.RENAME, collection, detail);
        store.catalog().remove(collection);
        collection.rename(db, name, time);
        store.catalog().put(collection);
    }

    /** Drops a database's collections, each with its event, then tells of the database. */
    void dropDatabase(String db) {
        store.catalog().of(db).forEach(this::drop);
        changes.add(new ChangeEntry(
                store.nextTime(),
                0,
                store.millis(),
                Kind.DROP_DATABASE,
                db,
                null,
                NO_COLLECTION,
                null,
                null,
                null,
                null,
                null));
    }
}
