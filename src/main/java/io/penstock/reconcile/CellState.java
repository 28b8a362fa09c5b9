/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.GhostSweep;
import io.penstock.record.Key;
import io.penstock.record.SourceRecord;
import io.penstock.record.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * The state of the cell that Flink's current key names, seen one document key at a time. Failures of the state backend end the task.
 */
final class CellState implements KeyState {
    private final MapState<Key, Meta> metas;
    private final MapState<Key, byte[]> images;
    private final MapState<Key, Waiting> waitings;
    private final MapState<Slot, SourceRecord> pendings;
    private final MapState<Key, Version> tombstones;
    private final ValueState<Version> floor;
    private final ValueState<SourceRecord> ghosts;
    private final TombstoneClock clock;
    private final LongConsumer timers;
    private Key key;

    /** @param timers registers an event-time timer on the current cell, in milliseconds */
    CellState(RuntimeContext context, TombstoneClock clock, LongConsumer timers) {
        metas = context.getMapState(Names.META);
        images = context.getMapState(Names.IMAGE);
        waitings = context.getMapState(Names.WAITING);
        pendings = context.getMapState(Names.PENDING);
        tombstones = context.getMapState(Names.TOMBSTONES);
        floor = context.getState(Names.FLOOR);
        ghosts = context.getState(Names.GHOSTS);
        this.clock = clock;
        this.timers = timers;
    }

    /** The same state, seen at a key. */
    CellState at(Key document) {
        key = document;
        return this;
    }

    @Override
    public Key key() {
        return key;
    }

    @Override
    public Meta meta() {
        return get(metas, key);
    }

    @Override
    public void meta(Meta meta) {
        put(metas, key, meta);
        if (meta != null && meta.tombstone()) {
            put(tombstones, key, meta.version());
            timers.accept(clock.expiryOf(meta.version()));
        }
    }

    @Override
    public byte[] image() {
        return get(images, key);
    }

    @Override
    public void image(byte[] document) {
        put(images, key, document);
    }

    @Override
    public Waiting waiting() {
        return get(waitings, key);
    }

    @Override
    public void waiting(Waiting waiting) {
        put(waitings, key, waiting);
        if (waiting != null) {
            timers.accept(waiting.due());
        }
    }

    @Override
    public SourceRecord pending(int slot) {
        return get(pendings, new Slot(key, slot));
    }

    @Override
    public void pending(int slot, SourceRecord record) {
        put(pendings, new Slot(key, slot), record);
    }

    Version floor() {
        return attempt(floor::value);
    }

    /** Keeps a floor until nothing from below it can arrive any more. */
    void floor(Version version) {
        attempt(() -> {
            floor.update(version);
            return null;
        });
        timers.accept(clock.expiryOf(version));
    }

    /** Keeps a sweep until its pass is complete: the watermark passes the pass's start then, and not before. */
    void ghosts(GhostSweep sweep) {
        attempt(() -> {
            ghosts.update(sweep);
            return null;
        });
        timers.accept(sweep.version().timestamp());
    }

    /** The sweep whose pass is complete, which is forgotten; null when there is none. */
    GhostSweep takeGhosts(long watermark) {
        return attempt(() -> {
            GhostSweep sweep = (GhostSweep) ghosts.value();
            if (sweep == null || sweep.version().timestamp() > watermark) {
                return null;
            }
            ghosts.clear();
            return sweep;
        });
    }

    /** Every key of the cell, copied: the caller changes the state while it goes through them. */
    List<Key> keys() {
        return copied(metas);
    }

    /** The keys of the cell of which records wait, copied. */
    List<Key> waitingKeys() {
        return copied(waitings);
    }

    /** Forgets the keys, and the floor, that are gone for long enough. */
    void expire(long watermark) {
        attempt(() -> {
            Version ended = floor.value();
            if (ended != null && clock.expiryOf(ended) <= watermark) {
                floor.clear();
            }
            List<Key> expired = new ArrayList<>();
            for (Map.Entry<Key, Version> gone : tombstones.entries()) {
                if (clock.expiryOf(gone.getValue()) <= watermark) {
                    expired.add(gone.getKey());
                    Meta meta = metas.get(gone.getKey());
                    if (isTombstone(meta, gone.getValue())) {
                        metas.remove(gone.getKey());
                    }
                }
            }
            for (Key gone : expired) {
                tombstones.remove(gone);
            }
            return null;
        });
    }

    private static boolean isTombstone(Meta meta, Version version) {
        return meta != null
                && meta.tombstone()
                && !meta.waiting()
                && meta.version().equals(version);
    }

    private static List<Key> copied(MapState<Key, ?> state) {
        return attempt(() -> {
            List<Key> keys = new ArrayList<>();
            state.keys().forEach(keys::add);
            return keys;
        });
    }

    private static <K, V> V get(MapState<K, V> state, K at) {
        return attempt(() -> state.get(at));
    }

    private static <K, V> void put(MapState<K, V> state, K at, V value) {
        attempt(() -> {
            if (value == null) {
                state.remove(at);
            } else {
                state.put(at, value);
            }
            return null;
        });
    }

    private interface Access<V> {
        V run() throws Exception;
    }

    private static <V> V attempt(Access<V> access) {
        try {
            return access.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new FlinkRuntimeException("the state backend failed", e);
        }
    }
}
