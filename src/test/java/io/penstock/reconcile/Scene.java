/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.ChangeEvent;
import io.penstock.record.ChangeEvent.Kind;
import io.penstock.record.ChangeRecord;
import io.penstock.record.DocumentLookup;
import io.penstock.record.Floor;
import io.penstock.record.GhostSweep;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.SnapshotRow;
import io.penstock.record.SourceRecord;
import io.penstock.record.Version;
import io.penstock.spec.ReconcileSpec;
import io.penstock.spec.ReconcileSpec.Mode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.flink.configuration.MemorySize;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/**
 * The rules on a stage without Flink: state in maps, timers in a set, a scripted lookup. Times are small numbers: cluster time {@code t}
 * is second {@code t}, increment 1. The epoch starts at {@link #T0}.
 */
final class Scene {
    static final Namespace NS = new Namespace("geo", "cities");
    static final int T0 = 10;
    static final int EPOCH = 1;

    final List<ChangeRecord> changes = new ArrayList<>();
    final Map<Key, MemoryState> states = new HashMap<>();
    final Map<Count, Integer> counts = new EnumMap<>(Count.class);
    final List<String> lookups = new ArrayList<>();
    long watermark = Long.MIN_VALUE;
    /** What a lookup finds, by second; absent is nothing. */
    final Map<Integer, DocumentLookup.Found> source = new HashMap<>();

    int epoch = EPOCH;
    long epochStart = time(T0);

    private final Reconciler reconciler;
    private Version floor;
    private GhostSweep ghosts;
    /** The watermark that those behind know. */
    private long forwarded = Long.MIN_VALUE;

    Scene() {
        this(images());
    }

    Scene(ReconcileOptions options) {
        this(options, null);
    }

    /** @param lookup null for the scripted one */
    Scene(ReconcileOptions options, Finder lookup) {
        reconciler = new Reconciler(
                options,
                new Lookup(lookup == null ? this::scripted : lookup),
                this::emit,
                what -> counts.merge(what, 1, Integer::sum));
    }

    static ReconcileOptions images() {
        return options(Mode.IMAGES, 4 << 20);
    }

    static ReconcileOptions versions() {
        return options(Mode.VERSIONS, 4 << 20);
    }

    static ReconcileOptions options(Mode mode, long pendingLimit) {
        ReconcileSpec spec = new ReconcileSpec(mode, Duration.ofHours(1), new MemorySize(pendingLimit));
        return ReconcileOptions.of(spec, Duration.ofSeconds(10), true, Revisions.NONE);
    }

    static long time(int second) {
        return (long) second << 32 | 1;
    }

    static byte[] bson(String json) {
        return bson(BsonDocument.parse(json));
    }

    static byte[] bson(BsonDocument document) {
        ByteBuffer bytes = new RawBsonDocument(document, new BsonDocumentCodec())
                .getByteBuffer()
                .asNIO();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private DocumentLookup.Found scripted(byte[] documentKey, long clusterTime) {
        DocumentLookup.Found found = source.get((int) (clusterTime >>> 32));
        return found == null ? new DocumentLookup.Found(null, clusterTime, true) : found;
    }

    // What arrives.

    Scene exactRow(int t, String document) {
        return arrive(
                new SnapshotRow(NS, Key.of(bson(document)), Version.row(time(t)), time(t), epoch, bson(document)));
    }

    Scene inexactRow(int from, int to, String document) {
        byte[] bson = bson(document);
        return arrive(new SnapshotRow(NS, Key.of(bson), Version.row(time(to)), time(from), epoch, bson));
    }

    Scene insert(int t, String document) {
        return arrive(event(Version.event(time(t)), Kind.INSERT, document, document, null));
    }

    Scene replace(int t, String document) {
        return arrive(event(Version.event(time(t)), Kind.REPLACE, document, document, null));
    }

    Scene delete(int t, String key) {
        return arrive(event(Version.event(time(t)), Kind.DELETE, key, null, null));
    }

    /** An update that sets fields: {@code set} is the JSON of updatedFields. */
    Scene update(int t, String key, String set) {
        return arrive(updateEvent(Version.event(time(t)), key, set));
    }

    ChangeEvent updateEvent(Version version, String key, String set) {
        return event(
                version,
                Kind.UPDATE,
                key,
                null,
                "{updatedFields: " + set + ", removedFields: [], truncatedArrays: []}");
    }

    ChangeEvent event(Version version, Kind kind, String key, String document, String delta) {
        byte[] id = bson(new BsonDocument("_id", BsonDocument.parse(key).get("_id")));
        return new ChangeEvent(
                NS,
                Key.of(id),
                version,
                kind,
                epoch,
                epochStart,
                id,
                document == null ? null : bson(document),
                delta == null ? null : bson(delta));
    }

    Scene arrive(SourceRecord record) {
        try {
            if (floor != null && !Versions.isAbove(record, floor)) {
                reconciler.belowFloor();
            } else if (record instanceof ChangeEvent event) {
                reconciler.event(state(event.key()), event, watermark);
            } else if (record instanceof SnapshotRow row) {
                reconciler.row(state(row.key()), row, watermark, floor);
            } else if (record instanceof Floor ending) {
                floor = ending.version();
                for (MemoryState state : states.values()) {
                    if (state.meta() != null) {
                        reconciler.floor(state, ending);
                    }
                }
            } else if (record instanceof GhostSweep sweep) {
                floor = sweep.floor();
                ghosts = sweep;
                states.values().stream()
                        .filter(state -> state.meta() != null)
                        .forEach(state -> reconciler.lost(state, sweep));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    Scene floor(int t) {
        return arrive(new Floor(NS, 0, Version.event(time(t)), epoch));
    }

    /** History is lost up to second {@code t}, where the next pass begins; what is made from here on belongs to it. */
    Scene lostUntil(int t) {
        epoch++;
        epochStart = time(t);
        return arrive(new GhostSweep(NS, 0, Version.row(time(t)), epoch));
    }

    /** The stream has passed everything before second {@code t}. */
    Scene watermarkAt(int t) {
        return watermark(t * 1000L);
    }

    Scene watermark(long to) {
        TreeSet<Long> due = new TreeSet<>();
        states.values().forEach(state -> due.addAll(state.timers.headSet(to, true)));
        watermark = to;
        if (ghosts != null && ghosts.version().timestamp() <= to) {
            due.add(ghosts.version().timestamp());
        }
        due.removeIf(time -> time <= forwarded);
        for (long time : due) {
            for (MemoryState state : states.values()) {
                try {
                    reconciler.due(state, time);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
            if (ghosts != null && ghosts.version().timestamp() <= time) {
                GhostSweep complete = ghosts;
                ghosts = null;
                states.values().forEach(state -> reconciler.ghost(state, complete));
            }
        }
        forwarded = to;
        return this;
    }

    /** What a checkpoint holds, and how far the changes had come. */
    record Saved(List<MemoryState> states, Version floor, GhostSweep ghosts, int changes) {}

    Saved save() {
        return new Saved(states.values().stream().map(MemoryState::copy).toList(), floor, ghosts, changes.size());
    }

    /** Starts again from a checkpoint: what was emitted since was never committed, and no watermark is known. */
    void restore(Saved saved) {
        states.clear();
        saved.states().forEach(state -> states.put(state.key(), state.copy()));
        floor = saved.floor();
        ghosts = saved.ghosts();
        changes.subList(saved.changes(), changes.size()).clear();
        watermark = Long.MIN_VALUE;
        forwarded = Long.MIN_VALUE;
    }

    private void emit(ChangeRecord change) {
        if (change.version().timestamp() <= forwarded) {
            throw new AssertionError(show(change) + " is late: the watermark is " + forwarded);
        }
        changes.add(change);
    }

    // What is seen.

    /** Each change in short: op, second or second~, document. */
    List<String> shown() {
        return changes.stream().map(Scene::show).toList();
    }

    int count(Count what) {
        return counts.getOrDefault(what, 0);
    }

    static String show(ChangeRecord change) {
        Version version = change.version();
        String at = (version.clusterTime() >>> 32) + (version.isRow() ? "~" : "");
        return change.op().code() + " " + at + (change.document() == null ? "" : " " + json(change.document()));
    }

    static String json(byte[] document) {
        return new RawBsonDocument(document)
                .toJson(JsonWriterSettings.builder()
                        .outputMode(JsonMode.RELAXED)
                        .build());
    }

    private MemoryState state(Key key) {
        return states.computeIfAbsent(key, MemoryState::new);
    }

    /** Finds a document at a cluster time. */
    interface Finder {
        DocumentLookup.Found find(byte[] documentKey, long clusterTime);
    }

    private final class Lookup implements DocumentLookup {
        private static final long serialVersionUID = 1L;
        private final transient Finder finder;

        Lookup(Finder finder) {
            this.finder = finder;
        }

        @Override
        public void open() {}

        @Override
        public Found find(Namespace namespace, byte[] documentKey, long clusterTime) {
            lookups.add(json(documentKey) + "@" + (clusterTime >>> 32));
            return finder.find(documentKey, clusterTime);
        }

        @Override
        public void close() {}
    }

    /** One key's state in maps. */
    static final class MemoryState implements KeyState {
        final TreeSet<Long> timers = new TreeSet<>();
        final Map<Integer, SourceRecord> slots = new HashMap<>();
        private final Key key;
        private Meta meta;
        private byte[] image;
        private Waiting waiting;

        MemoryState(Key key) {
            this.key = key;
        }

        MemoryState copy() {
            MemoryState copy = new MemoryState(key);
            copy.timers.addAll(timers);
            copy.slots.putAll(slots);
            copy.meta = meta;
            copy.image = image;
            copy.waiting = waiting;
            return copy;
        }

        @Override
        public Key key() {
            return key;
        }

        @Override
        public Meta meta() {
            return meta;
        }

        @Override
        public void meta(Meta now) {
            meta = now;
        }

        @Override
        public byte[] image() {
            return image;
        }

        @Override
        public void image(byte[] now) {
            image = now;
        }

        @Override
        public Waiting waiting() {
            return waiting;
        }

        @Override
        public void waiting(Waiting now) {
            waiting = now;
            if (now != null) {
                timers.add(now.due());
            }
        }

        @Override
        public SourceRecord pending(int slot) {
            return slots.get(slot);
        }

        @Override
        public void pending(int slot, SourceRecord record) {
            if (record == null) {
                slots.remove(slot);
            } else {
                slots.put(slot, record);
            }
        }
    }
}
