/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Filter;
import io.penstock.record.BsonOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * A collection: rows in the order of {@code _id}, each with its versions. Readers need no lock and copy nothing, whatever
 * time they read at; writers hold the store's lock.
 */
final class StoredCollection {
    private final ConcurrentNavigableMap<BsonValue, Row> rows = new ConcurrentSkipListMap<>(BsonOrder.ASCENDING);
    private final List<StoredIndex> indexes = new CopyOnWriteArrayList<>();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final UUID uuid;
    private final Collation collation;
    private volatile BsonDocument options;
    private volatile Predicate<BsonDocument> validator;
    private volatile String db;
    private volatile String name;
    private volatile long since;
    private volatile boolean dropped;
    private long nextNumber;

    StoredCollection(String db, String name, UUID uuid, BsonDocument options, long since) {
        this.db = db;
        this.name = name;
        this.uuid = uuid;
        modify(options);
        this.since = since;
        this.collation = Collation.of(Docs.doc(options, "collation"));
    }

    String db() {
        return db;
    }

    String name() {
        return name;
    }

    String namespace() {
        return db + "." + name;
    }

    UUID uuid() {
        return uuid;
    }

    Collation collation() {
        return collation;
    }

    BsonDocument options() {
        return options;
    }

    /** @throws ServerError when they hold a validator that is malformed */
    void modify(BsonDocument changed) {
        BsonDocument rules = Docs.docOrEmpty(changed, "validator");
        boolean isChecked = !"off".equals(Docs.text(changed, "validationLevel"))
                && !"warn".equals(Docs.text(changed, "validationAction"));
        validator = isChecked ? Filter.of(rules) : document -> true;
        options = changed;
    }

    /** @throws ServerError 121 when the collection's validator refuses a document */
    void requireValid(BsonDocument document) {
        if (!validator.test(document)) {
            throw new ServerError(121, "DocumentValidationFailure", "Document failed validation");
        }
    }

    /** The cluster time since which it has had its name. */
    long since() {
        return since;
    }

    boolean isDropped() {
        return dropped;
    }

    void drop() {
        dropped = true;
    }

    void rename(String newDb, String newName, long time) {
        db = newDb;
        name = newName;
        since = time;
    }

    boolean isCapped() {
        return Docs.truth(options, "capped");
    }

    boolean isView() {
        return options.containsKey("viewOn");
    }

    boolean isTimeSeries() {
        return options.containsKey("timeseries");
    }

    /** Whether change streams show nothing of what is inserted: a time-series, or a copy that is about to replace another. */
    boolean isHidden() {
        return isTimeSeries() || name.startsWith("tmp.agg_out.") || name.contains(".convertToCapped.");
    }

    boolean keepsImages() {
        BsonDocument images = Docs.doc(options, "changeStreamPreAndPostImages");
        return images != null && Docs.truth(images, "enabled");
    }

    List<StoredIndex> indexes() {
        return indexes;
    }

    long count() {
        return count.get();
    }

    /** The size of its documents, in bytes. */
    long bytes() {
        return bytes.get();
    }

    /** The {@code _id} as the index has it. */
    BsonValue key(BsonValue id) {
        return collation == null ? id : collation.fold(id);
    }

    /** The row of an {@code _id}, or null. */
    Row row(BsonValue id) {
        return rows.get(key(id));
    }

    Row rowOrNew(BsonValue id) {
        BsonValue key = key(id);
        Row row = rows.get(key);
        if (row == null) {
            row = new Row(key, nextNumber++);
            rows.put(key, row);
        }
        return row;
    }

    void forget(Row row) {
        rows.remove(row.key, row);
    }

    /** Counts a committed change of one document. */
    void account(RawBsonDocument before, RawBsonDocument after) {
        count.addAndGet((after == null ? 0 : 1) - (before == null ? 0 : 1));
        bytes.addAndGet(
                (after == null ? 0 : (long) after.getByteLength()) - (before == null ? 0 : before.getByteLength()));
    }

    /** The rows of a range in order of {@code _id}, or of insertion where a capped collection is read whole. */
    Iterator<Row> rows(IdRange range) {
        if (range.points() != null) {
            List<Row> found = new ArrayList<>();
            for (BsonValue id : range.points()) {
                Row row = row(id);
                if (row != null && !found.contains(row)) {
                    found.add(row);
                }
            }
            return found.iterator();
        }
        ConcurrentNavigableMap<BsonValue, Row> part = rows;
        if (range.from() != null) {
            part = part.tailMap(key(range.from()), true);
        }
        if (range.to() != null) {
            part = part.headMap(key(range.to()), range.toInclusive());
        }
        return (range.descending() ? part.descendingMap() : part).values().iterator();
    }

    /** All rows in the order of insertion. */
    Iterator<Row> inOrderOfInsertion() {
        List<Row> all = new ArrayList<>(rows.values());
        all.sort(java.util.Comparator.comparingLong(row -> row.number));
        return all.iterator();
    }

    /** All documents at a cluster time. */
    Stream<RawBsonDocument> documents(long time, Transaction reader) {
        return StreamSupport.stream(rows.values().spliterator(), false)
                .map(row -> row.at(time, reader))
                .filter(java.util.Objects::nonNull);
    }
}
