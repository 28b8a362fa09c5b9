/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.record.BsonOrder;
import io.penstock.record.Cell;
import io.penstock.record.ChangeEvent;
import io.penstock.record.Floor;
import io.penstock.record.GhostSweep;
import io.penstock.record.Key;
import io.penstock.record.SnapshotRow;
import io.penstock.record.SourceRecord;
import io.penstock.record.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * What records add up to, whatever their order: for each key the greatest version, unless a floor lies above it, or the pass behind lost
 * history has not met it.
 */
final class Collected {
    private static final byte[] AFTER_ALL = {-1};

    private record Image(Version version, byte[] document) {}

    private final Map<String, Map<Key, Image>> images = new HashMap<>();
    private final Map<String, Version> floors = new HashMap<>();
    private int rows;
    private int events;
    private int floorCells;
    private long lastSweep;

    synchronized void add(SourceRecord record) {
        Map<Key, Image> keys = images.computeIfAbsent(record.namespace().toString(), ns -> new HashMap<>());
        if (record instanceof SnapshotRow row) {
            rows++;
            put(keys, row.key(), new Image(row.version(), row.document()));
        } else if (record instanceof ChangeEvent event) {
            events++;
            put(keys, event.key(), new Image(event.version(), event.document()));
        } else if (record instanceof Floor floor) {
            floorCells++;
            raise(floor.cell(), floor.version());
        } else if (record instanceof GhostSweep sweep) {
            lastSweep = Math.max(lastSweep, sweep.version().timestamp());
            // Above every event of this time, and below the row of it.
            raise(sweep.cell(), Version.inTransaction(sweep.version().clusterTime(), AFTER_ALL));
        }
    }

    private void raise(Cell cell, Version version) {
        floors.merge(
                cell.namespace() + "/" + cell.number(),
                version,
                (one, other) -> one.compareTo(other) >= 0 ? one : other);
    }

    /** Forgets all; the counts go on. */
    synchronized void forget() {
        images.clear();
        floors.clear();
    }

    private static void put(Map<Key, Image> keys, Key key, Image image) {
        keys.merge(key, image, (one, other) -> one.version().compareTo(other.version()) >= 0 ? one : other);
    }

    synchronized Map<BsonValue, BsonDocument> content(String namespace) {
        Map<BsonValue, BsonDocument> content = new TreeMap<>(BsonOrder.ASCENDING);
        images.getOrDefault(namespace, Map.of()).forEach((key, image) -> {
            Version floor = floors.get(namespace + "/" + key.cell());
            if (image.document() != null && (floor == null || image.version().compareTo(floor) > 0)) {
                BsonDocument document = new RawBsonDocument(image.document());
                content.put(document.get("_id"), document);
            }
        });
        return content;
    }

    synchronized int rows() {
        return rows;
    }

    synchronized int events() {
        return events;
    }

    /** The latest pass behind lost history, in milliseconds of event time; 0 when there was none. */
    synchronized long lastSweep() {
        return lastSweep;
    }

    synchronized int floorCells() {
        return floorCells;
    }
}
