/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.Cell;
import io.penstock.record.ChangeEvent;
import io.penstock.record.ChangeRecord;
import io.penstock.record.DocumentLookup;
import io.penstock.record.Floor;
import io.penstock.record.GhostSweep;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.PassMark;
import io.penstock.record.ReplayRequest;
import io.penstock.record.SnapshotRow;
import io.penstock.record.SourceRecord;
import io.penstock.record.Version;
import io.penstock.spec.CollectionSelector;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keeps each document's state, keyed by {@link Cell}, and lets the {@link Reconciler} decide. An operator rather than a process function:
 * a change carries the timestamp of its own version, which need not be that of the record or timer that set it free.
 *
 * <p>An epoch is complete when the watermark passes its start; until then the source holds it below. A timer at that very time settles
 * what still waits, and Flink runs it before it forwards the watermark, so that nothing is late.
 */
final class ReconcileOperator extends AbstractStreamOperator<ChangeRecord>
        implements OneInputStreamOperator<SourceRecord, ChangeRecord>, Triggerable<Cell, VoidNamespace> {
    private static final long serialVersionUID = 1L;

    /** Stands for a floor that was restored: no version is greater. */
    private static final Version ANY_FLOOR = Version.row(-1L);

    private final ReconcileOptions options;
    private final List<CollectionSelector> collections;
    private final DocumentLookup lookup;

    private transient InternalTimerService<VoidNamespace> timers;
    private transient CellState state;
    private transient Reconciler reconciler;
    private transient StreamRecord<ChangeRecord> outgoing;
    /**
     * The greatest floor of each namespace of which a cell may have one: hardly ever any, and an event above it needs not ask the state
     * either.
     */
    private transient Map<Namespace, Version> floors;

    /** @param collections those that the job exports as its file is now */
    ReconcileOperator(ReconcileOptions options, List<CollectionSelector> collections, DocumentLookup lookup) {
        this.options = options;
        this.collections = collections;
        this.lookup = lookup;
    }

    @Override
    public void open() throws Exception {
        super.open();
        lookup.open();
        timers = getInternalTimerService(Names.TIMERS, VoidNamespaceSerializer.INSTANCE, this);
        state = new CellState(
                getRuntimeContext(),
                new TombstoneClock(options.tombstoneGrace()),
                time -> timers.registerEventTimeTimer(VoidNamespace.INSTANCE, time));
        outgoing = new StreamRecord<>(null);
        floors = new HashMap<>();
        try (Stream<Cell> cells =
                this.<Cell>getKeyedStateBackend().getKeys(Names.FLOOR.getName(), VoidNamespace.INSTANCE)) {
            cells.forEach(cell -> floors.put(cell.namespace(), ANY_FLOOR));
        }
        reconciler = new Reconciler(options, lookup, this::emit, counters(getMetricGroup()));
    }

    private static Counts counters(MetricGroup parent) {
        MetricGroup group = parent.addGroup("reconcile");
        Map<Count, Counter> counters = new EnumMap<>(Count.class);
        for (Count count : Count.values()) {
            counters.put(count, group.counter(count.metric()));
        }
        return what -> counters.get(what).inc();
    }

    private void emit(ChangeRecord change) {
        output.collect(outgoing.replace(change, change.version().timestamp()));
    }

    @Override
    public void processElement(StreamRecord<SourceRecord> element) throws Exception {
        SourceRecord record = element.getValue();
        if (record instanceof PassMark mark) {
            output.collect(Reconcile.MARKS, new StreamRecord<>(mark, element.getTimestamp()));
            return;
        }
        if (record instanceof ReplayRequest replay) {
            reconciler.replay(state.at(replay.letter().change().key()), replay.letter());
            return;
        }
        Version floor = floorFor(record);
        if (floor != null && !Versions.isAbove(record, floor)) {
            reconciler.belowFloor();
        } else if (record instanceof ChangeEvent event) {
            reconciler.event(state.at(event.key()), event, timers.currentWatermark());
        } else if (record instanceof SnapshotRow row) {
            reconciler.row(state.at(row.key()), row, timers.currentWatermark(), floor);
        } else if (record instanceof Floor newFloor) {
            setFloor(newFloor.namespace(), newFloor.version());
            for (Key key : state.keys()) {
                reconciler.floor(state.at(key), newFloor);
            }
        } else if (record instanceof GhostSweep sweep) {
            setFloor(sweep.namespace(), sweep.floor());
            List<Key> keys = state.keys();
            for (Key key : keys) {
                reconciler.lost(state.at(key), sweep);
            }
            if (!keys.isEmpty()) {
                state.ghosts(sweep);
            }
        }
    }

    /** Of a collection that left the job the pass was not read to its end: what was exported of it stays. */
    private boolean isExported(Namespace namespace) {
        return collections.stream().anyMatch(selector -> selector.matches(namespace.toString()));
    }

    private Version floorFor(SourceRecord record) {
        Version greatest = floors.get(record.namespace());
        boolean isAboveAll = greatest == null
                || (record instanceof ChangeEvent && record.version().compareTo(greatest) > 0);
        return isAboveAll ? null : state.floor();
    }

    private void setFloor(Namespace namespace, Version floor) {
        floors.merge(namespace, floor, (known, next) -> known.compareTo(next) >= 0 ? known : next);
        state.floor(floor);
    }

    @Override
    public void onEventTime(InternalTimer<Cell, VoidNamespace> timer) throws Exception {
        for (Key key : state.waitingKeys()) {
            reconciler.due(state.at(key), timer.getTimestamp());
        }
        GhostSweep sweep = state.takeGhosts(timer.getTimestamp());
        if (sweep != null && isExported(sweep.namespace())) {
            for (Key key : state.keys()) {
                reconciler.ghost(state.at(key), sweep);
            }
        }
        state.expire(timer.getTimestamp());
    }

    @Override
    public void onProcessingTime(InternalTimer<Cell, VoidNamespace> timer) {
        throw new IllegalStateException("no timer of this operator looks at the wall clock");
    }

    @Override
    public void close() throws Exception {
        lookup.close();
        super.close();
    }
}
