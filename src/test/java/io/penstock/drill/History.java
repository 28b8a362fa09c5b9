/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoCollection;
import io.penstock.job.ExportView;
import io.penstock.record.Key;
import io.penstock.record.Version;
import io.penstock.source.changestream.RawChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;

/**
 * Every change that the source has seen, read at the end from its own change stream, so that a change that was lost in the middle
 * shows although a later one of its document has been exported.
 */
final class History {
    private final Map<Key, Set<Version>> versions;

    private History(Map<Key, Set<Version>> versions) {
        this.versions = versions;
    }

    /**
     * Reads what has happened to a collection.
     *
     * @param from cluster time at which it begins
     * @param to cluster time of something that has happened last, which must be a write to this collection
     */
    static History read(MongoCollection<?> collection, BsonTimestamp from, BsonTimestamp to) {
        Map<Key, Set<Version>> versions = new HashMap<>();
        try (var cursor = (MongoChangeStreamCursor<RawBsonDocument>) collection
                .watch()
                .startAtOperationTime(from)
                .withDocumentClass(RawBsonDocument.class)
                .cursor()) {
            long reached = 0;
            RawBsonDocument event = cursor.tryNext();
            while (event != null || Long.compareUnsigned(reached, to.getValue()) < 0) {
                if (event != null) {
                    RawChange change = RawChange.of(ExportView.bytes(event));
                    reached = change.clusterTime();
                    versions.computeIfAbsent(Key.of(change.documentKey()), key -> new HashSet<>())
                            .add(change.version());
                }
                event = cursor.tryNext();
            }
        }
        return new History(versions);
    }

    /**
     * What is wrong with an export: each change that happened after the last row of the snapshot was read must be there; and
     * nothing may be there that never happened.
     */
    List<String> differences(ExportView export) {
        Map<Key, Set<Version>> exported = export.versions();
        Version lastRow = exported.values().stream()
                .flatMap(Set::stream)
                .filter(Version::isRow)
                .max(Version::compareTo)
                .orElse(Version.row(0));
        List<String> differences = new ArrayList<>();
        versions.forEach((key, happened) -> happened.stream()
                .filter(version -> version.compareTo(lastRow) > 0)
                .filter(version -> !exported.getOrDefault(key, Set.of()).contains(version))
                .forEach(version -> differences.add(key + " at " + version + " is not there")));
        exported.forEach((key, seen) -> seen.stream()
                .filter(version -> !version.isRow())
                .filter(version -> !versions.getOrDefault(key, Set.of()).contains(version))
                .forEach(version -> differences.add(key + " at " + version + " never happened")));
        return differences;
    }
}
