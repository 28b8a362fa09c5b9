/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static io.penstock.reconcile.Scene.NS;
import static io.penstock.reconcile.Scene.bson;

import io.penstock.record.DocumentLookup.Found;
import io.penstock.record.Key;
import io.penstock.record.SnapshotRow;
import io.penstock.record.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bson.BsonDocument;

/**
 * One way in which a history may reach the operator: the keys are shared out among splits, each read at a time, in pieces, between
 * events; records come twice, ranges are read again, the job restarts from checkpoints. Each split's rows and the stream keep their order, and
 * the watermark stays below the epoch until all has been read and the stream has passed the greatest read time.
 */
final class Interleaving {
    /** When rows are read. */
    enum Reads {
        /** All at the epoch's start. */
        AT_START,
        /** Each split at a cluster time of its own, another one after a restart. */
        AT_OWN_TIMES,
        /** Without snapshot reads: each row somewhere between two times. */
        INEXACT
    }

    private static final class Split {
        final List<Key> keys = new ArrayList<>();
        int position;
        long from;
        long to;

        boolean isDone() {
            return position >= keys.size();
        }
    }

    private record Checkpoint(Scene.Saved scene, int stream, List<Integer> splits) {}

    private final History history;
    private final Random random;
    private final Reads reads;
    private final List<Split> splits = new ArrayList<>();
    private int stream;
    private boolean complete;
    private Checkpoint checkpoint;
    private int restarts = 3;
    private int rereads = 3;

    final Scene scene;
    long greatestRead = History.T0;

    Interleaving(History history, long seed, Reads reads, ReconcileOptions options, boolean historyLost) {
        this.history = history;
        this.reads = reads;
        random = new Random(seed);
        scene = new Scene(options, (documentKey, time) -> find(documentKey, time, historyLost));
        List<Key> keys = new ArrayList<>(history.expected.keySet());
        Collections.shuffle(keys, random);
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            splits.add(new Split());
        }
        keys.forEach(key -> splits.get(random.nextInt(count)).keys.add(key));
        splits.forEach(this::chooseTimes);
        save();
    }

    /** All rows first, then all events: the plainest way. */
    static Scene plain(History history, ReconcileOptions options) {
        Interleaving plain = new Interleaving(history, 0, Reads.AT_START, options, false);
        plain.splits.forEach(split -> {
            while (!split.isDone()) {
                plain.row(split);
            }
        });
        plain.finish();
        return plain.scene;
    }

    Scene run() {
        while (stream < history.stream.size() || splits.stream().anyMatch(split -> !split.isDone())) {
            act();
        }
        finish();
        return scene;
    }

    private void finish() {
        while (stream < history.stream.size()) {
            scene.arrive(history.stream.get(stream++));
        }
        scene.watermark((history.lastTime() >>> 32) * 1000 + 1000);
    }

    private void act() {
        int choice = random.nextInt(20);
        List<Split> open = splits.stream().filter(split -> !split.isDone()).toList();
        if (choice < 8 && stream < history.stream.size()) {
            scene.arrive(history.stream.get(stream++));
        } else if (choice < 14 && !open.isEmpty()) {
            row(open.get(random.nextInt(open.size())));
        } else if (choice == 14 && stream > 0) {
            scene.arrive(history.stream.get(stream - 1 - random.nextInt(Math.min(5, stream))));
        } else if (choice == 15 && !complete && rereads > 0) {
            rereads--;
            Split again = splits.get(random.nextInt(splits.size()));
            again.position = 0;
            chooseTimes(again);
        } else if (choice == 16) {
            save();
        } else if (choice == 17 && restarts > 0) {
            restarts--;
            restart();
        } else if (choice >= 18) {
            watermark(open.isEmpty());
        }
    }

    private void watermark(boolean allRead) {
        long passed = stream == 0 ? 0 : history.stream.get(stream - 1).version().clusterTime();
        complete = allRead && passed > greatestRead;
        long start = Version.timestamp(History.T0);
        long to = complete ? Math.max(start, Version.timestamp(passed)) - 1 : start - 1;
        if (to > start && random.nextBoolean()) {
            // Another namespace's epoch may hold the watermark anywhere.
            to = start + random.nextInt((int) (to - start));
        }
        if (to >= scene.watermark) {
            scene.watermark(to);
        }
    }

    private void row(Split split) {
        Key key = split.keys.get(split.position++);
        long seen = split.from == split.to ? split.from : between(split.from, split.to);
        BsonDocument document = history.at(seen).get(key);
        if (document != null) {
            scene.arrive(new SnapshotRow(NS, key, Version.row(split.to), split.from, Scene.EPOCH, bson(document)));
        }
    }

    private long between(long from, long to) {
        long seen = history.someTime(random, from);
        return Long.compareUnsigned(seen, to) <= 0 ? seen : to;
    }

    private void chooseTimes(Split split) {
        split.from = reads == Reads.AT_START ? History.T0 : history.someTime(random, History.T0);
        split.to = reads == Reads.INEXACT ? history.someTime(random, split.from) : split.from;
        if (Long.compareUnsigned(split.to, greatestRead) > 0) {
            greatestRead = split.to;
        }
    }

    private void save() {
        List<Integer> positions = splits.stream().map(split -> split.position).toList();
        checkpoint = new Checkpoint(scene.save(), stream, positions);
    }

    /** What is open goes on where the checkpoint left it, at another read time. */
    private void restart() {
        scene.restore(checkpoint.scene());
        stream = checkpoint.stream();
        complete = false;
        for (int i = 0; i < splits.size(); i++) {
            Split split = splits.get(i);
            split.position = checkpoint.splits().get(i);
            if (!split.isDone()) {
                chooseTimes(split);
            }
        }
    }

    private Found find(byte[] documentKey, long time, boolean historyLost) {
        long at = historyLost ? Math.max(time, history.someTime(random, time)) : time;
        BsonDocument document = history.at(at).get(Key.of(documentKey));
        return new Found(document == null ? null : bson(document), at, at == time);
    }

    /** The changes of each key, in order. */
    static Map<Key, List<String>> byKey(Scene scene) {
        Map<Key, List<String>> changes = new LinkedHashMap<>();
        scene.changes.forEach(change ->
                changes.computeIfAbsent(change.key(), key -> new ArrayList<>()).add(History.line(change)));
        return changes;
    }
}
