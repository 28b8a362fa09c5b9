/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static io.penstock.reconcile.Scene.NS;
import static io.penstock.reconcile.Scene.bson;

import io.penstock.record.ChangeEvent;
import io.penstock.record.ChangeEvent.Kind;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Floor;
import io.penstock.record.Key;
import io.penstock.record.SourceRecord;
import io.penstock.record.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * A random history of a collection: its documents at the epoch's start and everything that happens to them afterwards, with the collection
 * as of each cluster time, the stream's events, and what an exact export of it looks like.
 */
final class History {
    static final long T0 = Scene.time(Scene.T0);
    private static final List<String> PLAIN = List.of("a", "b", "c", "l");
    /** Names that a delta cannot be trusted with. Without a field x beside it, the literal x.y shows as a path without parent. */
    private static final List<String> ODD = List.of("a", "b", "x.y", "", "$x", "l");

    /** What may happen in a history. */
    record Traits(boolean transactions, boolean oddNames, boolean postImages, boolean drop) {
        static final Traits PLAIN = new Traits(false, false, false, false);
        static final Traits TRANSACTIONS = new Traits(true, false, false, false);
        static final Traits EVERYTHING = new Traits(true, true, false, true);
    }

    final List<SourceRecord> stream = new ArrayList<>();
    /** What an export that reads all rows at {@link #T0} emits, key by key. */
    final Map<Key, List<String>> expected = new LinkedHashMap<>();

    private final TreeMap<Long, Map<Key, BsonDocument>> states = new TreeMap<>();
    private final Random random;
    private final Traits traits;
    private final int keys;
    private final Map<Key, BsonDocument> now = new HashMap<>();
    private long clock = T0;
    private boolean dropped;

    /** Few keys, so that each has a history. */
    History(long seed, Traits traits, int operations) {
        this(seed, traits, operations, 6);
    }

    History(long seed, Traits traits, int operations, int keys) {
        random = new Random(seed);
        this.traits = traits;
        this.keys = keys;
        for (int id = 0; id < keys; id++) {
            if (random.nextInt(3) > 0) {
                BsonDocument document = document(id);
                now.put(Key.of(bson(document)), document);
            }
        }
        // The epoch's start is the time of the last write before it, which the stream shows once more.
        operation(Version.event(T0), false);
        states.put(T0, copied(now));
        now.forEach((key, document) -> expect(key, "r", Version.row(T0), document, null, document));
        for (int i = 0; i < operations; i++) {
            step();
        }
        if (traits.drop()) {
            drop();
            for (int i = 0; i < operations / 2; i++) {
                step();
            }
        }
    }

    /** The documents as of a cluster time. */
    Map<Key, BsonDocument> at(long clusterTime) {
        return states.floorEntry(clusterTime).getValue();
    }

    /** The collection at the end. */
    Map<Key, BsonDocument> end() {
        return now;
    }

    long lastTime() {
        return clock;
    }

    /** A cluster time from one on, up to the last before the collection is dropped. */
    long someTime(Random by, long from) {
        List<Long> times = new ArrayList<>(states.tailMap(from, true).keySet());
        return times.get(by.nextInt(Math.max(1, times.size() / 2)));
    }

    /** A cluster time of this stretch, both ends in it; one beyond the end when nothing happens there. */
    long someTime(Random by, long from, long to) {
        List<Long> times =
                new ArrayList<>(states.tailMap(from, true).headMap(to, true).keySet());
        return times.isEmpty() ? from : times.get(by.nextInt(times.size()));
    }

    private void step() {
        boolean sameSecond = random.nextBoolean();
        clock = sameSecond ? clock + 1 : ((clock >>> 32) + 1 + random.nextInt(2)) << 32 | 1;
        if (traits.transactions() && random.nextInt(4) == 0) {
            int size = 2 + random.nextInt(4);
            for (int i = 0; i < size; i++) {
                operation(Version.inTransaction(clock, new byte[] {0x2B, (byte) i}), true);
            }
        } else {
            operation(Version.event(clock), true);
        }
        states.put(clock, copied(now));
    }

    private void operation(Version version, boolean expecting) {
        int id = random.nextInt(keys);
        Key key = Key.of(bson(new BsonDocument("_id", new BsonInt32(id))));
        BsonDocument before = now.get(key);
        int choice = random.nextInt(10);
        if (before == null) {
            BsonDocument document = document(id);
            now.put(key, document);
            event(key, version, Kind.INSERT, document, document, null, expecting, null);
        } else if (choice < 2) {
            now.remove(key);
            event(key, version, Kind.DELETE, before, null, null, expecting, before);
        } else if (choice < 4) {
            BsonDocument document = document(id);
            now.put(key, document);
            event(key, version, Kind.REPLACE, before, document, null, expecting, before);
        } else {
            BsonDocument after = before.clone();
            Updates update = new Updates(random, traits.oddNames() ? ODD : PLAIN, (r, depth) -> value());
            update.apply(after, 1 + random.nextInt(3));
            if (!update.isEmpty() && !update.collides()) {
                now.put(key, after);
                event(key, version, Kind.UPDATE, before, after, update.description(), expecting, before);
            }
        }
    }

    private void event(
            Key key,
            Version version,
            Kind kind,
            BsonDocument named,
            BsonDocument after,
            BsonDocument delta,
            boolean expecting,
            BsonDocument before) {
        boolean carriesDocument = kind == Kind.INSERT || kind == Kind.REPLACE || (delta != null && traits.postImages());
        stream.add(new ChangeEvent(
                NS,
                key,
                version,
                kind,
                Scene.EPOCH,
                dropped ? 0 : T0,
                bson(new BsonDocument("_id", named.get("_id"))),
                carriesDocument ? bson(after) : null,
                delta == null ? null : bson(delta)));
        if (expecting) {
            String op = after == null ? "d" : before == null ? "c" : "u";
            expect(key, op, version, after, before, after == null ? before : after);
        }
    }

    private void drop() {
        clock = ((clock >>> 32) + 1) << 32 | 1;
        Version version = Version.event(clock);
        stream.add(new Floor(NS, 0, version, Scene.EPOCH));
        now.forEach((key, document) -> expect(key, "d", version, null, document, document));
        now.clear();
        dropped = true;
        states.put(clock, Map.of());
    }

    private void expect(
            Key key, String op, Version version, BsonDocument after, BsonDocument before, BsonDocument keyed) {
        expected.computeIfAbsent(key, k -> new ArrayList<>())
                .add(line(
                        op,
                        version,
                        after == null ? null : bson(after),
                        before == null ? null : bson(before),
                        bson(new BsonDocument("_id", keyed.get("_id")))));
    }

    /** Everything of a change that depends on the history, in a line. */
    static String line(ChangeRecord change) {
        return line(
                String.valueOf(change.op().code()),
                change.version(),
                change.document(),
                change.before(),
                change.documentKey());
    }

    private static String line(String op, Version version, byte[] after, byte[] before, byte[] documentKey) {
        return version.text() + " " + op + " " + Scene.json(documentKey) + " "
                + (before == null ? "-" : Scene.json(before)) + " -> " + (after == null ? "-" : Scene.json(after));
    }

    /** The version at the beginning of a line. */
    static Version versionOf(String line) {
        return Version.parse(line.substring(0, line.indexOf(' ')));
    }

    private BsonDocument document(int id) {
        BsonDocument document = new BsonDocument("_id", spelled(id));
        for (String name : traits.oddNames() ? ODD : PLAIN) {
            if (random.nextBoolean()) {
                document.put(name, value());
            }
        }
        return document;
    }

    /** One number, in the types that are one key. */
    private BsonValue spelled(int id) {
        return switch (random.nextInt(3)) {
            case 0 -> new BsonInt32(id);
            case 1 -> new BsonInt64(id);
            default -> new BsonDouble(id);
        };
    }

    private BsonValue value() {
        return switch (random.nextInt(4)) {
            case 0 -> new BsonInt32(random.nextInt(1000));
            case 1 -> new BsonString("s" + random.nextInt(1000));
            case 2 -> new BsonDocument("a", new BsonInt32(random.nextInt(1000))).append("b", new BsonInt32(0));
            default -> new BsonArray(List.of(new BsonInt32(random.nextInt(1000)), new BsonInt32(1), new BsonInt32(2)));
        };
    }

    /** Documents are never changed in place. */
    private static Map<Key, BsonDocument> copied(Map<Key, BsonDocument> documents) {
        return new HashMap<>(documents);
    }
}
