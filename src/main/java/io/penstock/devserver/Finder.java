/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Filter;
import io.penstock.devserver.query.Projection;
import io.penstock.devserver.query.Sorting;
import io.penstock.record.BsonOrder;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** Finds documents of a collection: over the range of {@code _id} that a filter or bounds allow, in the order asked for. */
final class Finder {
    private final StoredCollection collection;
    private final ReadView view;

    Finder(StoredCollection collection, ReadView view) {
        this.collection = collection;
        this.view = view;
    }

    /** The documents that a {@code find} command asks for, looked up while they are taken. */
    Iterator<BsonDocument> find(BsonDocument command) {
        BsonDocument filter = Docs.docOrEmpty(command, "filter");
        BsonDocument sort = Docs.docOrEmpty(command, "sort");
        long limit = Math.abs(Docs.number(command, "limit", 0));
        Stream<BsonDocument> found =
                matching(filter, sort, range(command, filter)).skip(Docs.number(command, "skip", 0));
        return (limit == 0 ? found : found.limit(limit))
                .map(Projection.of(Docs.doc(command, "projection")))
                .iterator();
    }

    /** The documents that match a filter. */
    Stream<BsonDocument> matching(BsonDocument filter) {
        return matching(filter, new BsonDocument(), IdRange.of(filter));
    }

    private Stream<BsonDocument> matching(BsonDocument filter, BsonDocument sort, IdRange range) {
        boolean byId = sort.size() == 1 && sort.containsKey("_id") && range.points() == null;
        boolean descending = (byId && sort.getNumber("_id").intValue() < 0)
                || (sort.size() == 1
                        && sort.containsKey("$natural")
                        && sort.getNumber("$natural").intValue() < 0);
        boolean natural = sort.isEmpty() && collection.isCapped() && range.isAll();
        Iterator<Row> rows = natural ? collection.inOrderOfInsertion() : collection.rows(range.reversed(descending));
        Stream<BsonDocument> found = stream(rows).filter(wanted(collection, filter));
        boolean ordered = byId || sort.isEmpty() || sort.containsKey("$natural");
        return ordered ? found : found.sorted(Sorting.by(sort));
    }

    /** The filter as the collection's collation compares strings. */
    static Predicate<BsonDocument> wanted(StoredCollection collection, BsonDocument filter) {
        Collation collation = collection.collation();
        if (collation == null || filter.isEmpty()) {
            return Filter.of(filter);
        }
        Predicate<BsonDocument> folded = Filter.of(collation.fold(filter).asDocument());
        return document -> folded.test(collation.fold(document).asDocument());
    }

    private Stream<BsonDocument> stream(Iterator<Row> rows) {
        Iterator<BsonDocument> documents = new Iterator<>() {
            private RawBsonDocument next;

            @Override
            public boolean hasNext() {
                while (next == null && rows.hasNext()) {
                    next = rows.next().at(view.time().getAsLong(), view.transaction());
                }
                return next != null;
            }

            @Override
            public BsonDocument next() {
                if (!hasNext()) {
                    throw new java.util.NoSuchElementException();
                }
                BsonDocument taken = next;
                next = null;
                return taken;
            }
        };
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(documents, Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    /** {@code min} and {@code max} with their hint; without them what the filter says. */
    private IdRange range(BsonDocument command, BsonDocument filter) {
        BsonDocument min = Docs.docOrEmpty(command, "min");
        BsonDocument max = Docs.docOrEmpty(command, "max");
        if (min.isEmpty() && max.isEmpty()) {
            return IdRange.of(filter);
        }
        BsonValue hint = command.get("hint");
        if (hint == null) {
            throw ServerError.location(51173, "When using min()/max() a hint of which index to use must be provided");
        }
        requireId(min);
        requireId(max);
        BsonDocument collation = Docs.doc(command, "collation");
        boolean simple = collation != null && Collation.isSimple(collation);
        if (simple ? collection.collation() != null : collation != null && collection.collation() == null) {
            throw ServerError.location(51174, "The index chosen is not compatible with min/max");
        }
        requireOrder(min.get("_id"), max.get("_id"));
        return IdRange.bounds(min.get("_id"), max.get("_id"));
    }

    private static void requireId(BsonDocument bound) {
        if (!bound.isEmpty() && (bound.size() != 1 || !bound.containsKey("_id"))) {
            throw ServerError.location(51174, "The index chosen is not compatible with min/max");
        }
    }

    private void requireOrder(BsonValue min, BsonValue max) {
        if (min != null && max != null && BsonOrder.ASCENDING.compare(collection.key(min), collection.key(max)) >= 0) {
            throw ServerError.location(
                    51175, "The value provided for min() does not come before the value provided for max()");
        }
    }
}
