/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static io.penstock.reconcile.Scene.NS;
import static io.penstock.reconcile.Scene.bson;

import io.penstock.reconcile.Interleaving.Reads;
import io.penstock.record.ChangeEvent;
import io.penstock.record.DocumentLookup.Found;
import io.penstock.record.Floor;
import io.penstock.record.GhostSweep;
import io.penstock.record.Key;
import io.penstock.record.SnapshotRow;
import io.penstock.record.SourceRecord;
import io.penstock.record.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bson.BsonDocument;

/**
 * One way in which a history with lost stretches may reach the operator. At any event the rest of the stream up to some later time is gone;
 * there the next pass begins, whatever the one before had come to: ranges of it that a reader has are read on, the others never are. The job
 * restarts from checkpoints, also from before a gap: then the gap is found again, and ends later, while ranges of the pass of the first attempt,
 * which has the same number, are still being read.
 *
 * <pre>
 *   stream      e e e e e e P . . . lost . . . T0' e e e e e e e
 *   pass 1    [ rows . . . . . . . . . . (some ranges) . . . . ]
 *   pass 2                                     [ rows . . . . . . ]
 *   watermark   held below T0, the stream, and below T0' until pass 2 is read
 * </pre>
 */
final class LostHistory {
    private static final class Split {
        final Pass pass;
        final List<Key> keys = new ArrayList<>();
        int next;
        long from;
        long to;

        Split(Pass pass) {
            this.pass = pass;
        }

        boolean isDone() {
            return next >= keys.size();
        }
    }

    private static final class Pass {
        final int epoch;
        final long start;
        long greatestRead;
        final List<Split> splits = new ArrayList<>();

        Pass(int epoch, long start) {
            this.epoch = epoch;
            this.start = start;
            greatestRead = start;
        }

        Pass copy() {
            Pass copy = new Pass(epoch, start);
            copy.greatestRead = greatestRead;
            splits.forEach(split -> {
                Split same = new Split(copy);
                same.keys.addAll(split.keys);
                same.next = split.next;
                same.from = split.from;
                same.to = split.to;
                copy.splits.add(same);
            });
            return copy;
        }
    }

    private record Checkpoint(Scene.Saved scene, int next, long origin, int epoch, List<Pass> passes) {}

    private final History history;
    private final Random random;
    private final Reads reads;
    private final long dropped;
    private final List<Pass> passes = new ArrayList<>();
    /** The next event of the stream, and the time that it was opened at. */
    private int next;

    private long origin = History.T0;
    private int epoch = Scene.EPOCH;
    private Checkpoint checkpoint;
    private int restarts = 3;
    private int gaps;

    final Scene scene;
    /** The greatest time at which a row was read. */
    long greatestRead() {
        return passes.stream().mapToLong(pass -> pass.greatestRead).max().orElseThrow();
    }

    /** Where the last gap ends. */
    long origin() {
        return origin;
    }

    LostHistory(History history, long seed, Reads reads, ReconcileOptions options, int gaps) {
        this.history = history;
        this.reads = reads;
        this.gaps = gaps;
        random = new Random(seed);
        scene = new Scene(options, this::find);
        dropped = history.stream.stream()
                .filter(Floor.class::isInstance)
                .mapToLong(floor -> floor.version().clusterTime())
                .findFirst()
                .orElse(0);
        begin(new Pass(epoch, origin));
        save();
    }

    private void begin(Pass pass) {
        List<Key> keys = new ArrayList<>(history.expected.keySet());
        Collections.shuffle(keys, random);
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Split split = new Split(pass);
            chooseTimes(split);
            pass.splits.add(split);
        }
        keys.forEach(key -> pass.splits.get(random.nextInt(count)).keys.add(key));
        passes.add(pass);
    }

    private void chooseTimes(Split split) {
        split.from = reads == Reads.AT_START ? split.pass.start : readTime(split.pass.start);
        split.to = reads == Reads.INEXACT ? readTime(split.from) : split.from;
        if (Long.compareUnsigned(split.to, split.pass.greatestRead) > 0) {
            split.pass.greatestRead = split.to;
        }
    }

    /** Up to the drop: whoever reads later finds another collection, and stops. */
    private long readTime(long from) {
        return history.someTime(random, from, dropped == 0 || from >= dropped ? Long.MAX_VALUE : dropped - 1);
    }

    Scene run() {
        while (next < history.stream.size() || open().findAny().isPresent() || gaps > 0) {
            act();
        }
        long end = (history.lastTime() >>> 32) * 1000 + 2000;
        scene.watermark(end);
        return scene;
    }

    private Stream<Split> open() {
        return passes.stream().flatMap(pass -> pass.splits.stream()).filter(split -> !split.isDone());
    }

    private void act() {
        int choice = random.nextInt(20);
        List<Split> open = open().toList();
        if (choice < 8 && next < history.stream.size()) {
            SourceRecord record = history.stream.get(next++);
            if (record.version().clusterTime() >= origin) {
                scene.arrive(stamped(record));
            }
        } else if (choice < 14 && !open.isEmpty()) {
            row(open.get(random.nextInt(open.size())));
        } else if (choice == 15) {
            save();
        } else if (choice == 16 && restarts > 0) {
            restarts--;
            restart();
        } else if (choice == 17 && gaps > 0 && (random.nextInt(4) == 0 || next == history.stream.size())) {
            gaps--;
            lose();
        } else if (choice >= 18) {
            watermark();
        }
    }

    /** Where the stream stands. */
    private long passed() {
        long read = next == 0 ? origin : history.stream.get(next - 1).version().clusterTime();
        return Math.max(origin, read);
    }

    private void lose() {
        origin = history.someTime(random, passed() + 1, Long.MAX_VALUE);
        epoch++;
        scene.arrive(new GhostSweep(NS, 0, Version.row(origin), epoch));
        while (next < history.stream.size()
                && history.stream.get(next).version().clusterTime() < origin) {
            next++;
        }
        // Ranges that no reader has are not read any more.
        passes.forEach(pass -> pass.splits.removeIf(split -> random.nextBoolean()));
        begin(new Pass(epoch, origin));
    }

    private SourceRecord stamped(SourceRecord record) {
        if (record instanceof ChangeEvent event) {
            boolean isAfterDrop = dropped != 0 && event.version().clusterTime() > dropped && origin < dropped;
            return new ChangeEvent(
                    event.namespace(),
                    event.key(),
                    event.version(),
                    event.kind(),
                    epoch,
                    isAfterDrop ? 0 : origin,
                    event.documentKey(),
                    event.document(),
                    event.delta());
        }
        return record;
    }

    private void row(Split split) {
        Key key = split.keys.get(split.next++);
        long seen = split.from == split.to ? split.from : history.someTime(random, split.from, split.to);
        BsonDocument document = history.at(seen).get(key);
        if (document != null) {
            scene.arrive(new SnapshotRow(NS, key, Version.row(split.to), split.from, split.pass.epoch, bson(document)));
        }
    }

    private void watermark() {
        long passed = passed();
        long to = Version.timestamp(passed) - 1;
        for (Pass pass : passes) {
            boolean isComplete = pass.splits.stream().allMatch(Split::isDone) && passed > pass.greatestRead;
            if (!isComplete) {
                to = Math.min(to, Version.timestamp(pass.start) - 1);
            }
        }
        if (to >= scene.watermark) {
            scene.watermark(to);
        }
    }

    private void save() {
        checkpoint = new Checkpoint(
                scene.save(),
                next,
                origin,
                epoch,
                passes.stream().map(Pass::copy).toList());
    }

    /** A pass of after the checkpoint is forgotten by the stream, but goes on: what hands out ranges is not rolled back. */
    private void restart() {
        scene.restore(checkpoint.scene());
        gaps += epoch - checkpoint.epoch();
        next = checkpoint.next();
        origin = checkpoint.origin();
        epoch = checkpoint.epoch();
        for (int i = 0; i < checkpoint.passes().size(); i++) {
            passes.set(i, checkpoint.passes().get(i).copy());
        }
        open().forEach(this::chooseTimes);
    }

    private Found find(byte[] documentKey, long time) {
        BsonDocument document = history.at(time).get(Key.of(documentKey));
        return new Found(document == null ? null : bson(document), time, true);
    }
}
