/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.Cell;
import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecordSerializer;
import io.penstock.record.DocumentLookup;
import io.penstock.record.Namespace;
import io.penstock.record.SourceRecord;
import io.penstock.spec.CollectionSelector;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** The operator in Flink's harness, at a parallelism. */
final class OperatorScene implements AutoCloseable {
    static final int MAX_PARALLELISM = 128;

    final List<KeyedOneInputStreamOperatorTestHarness<Cell, SourceRecord, ChangeRecord>> instances = new ArrayList<>();

    OperatorScene(ReconcileOptions options, int parallelism, OperatorSubtaskState restored) throws Exception {
        this(options, List.of(new CollectionSelector(Scene.NS.toString())), parallelism, restored);
    }

    OperatorScene(
            ReconcileOptions options,
            List<CollectionSelector> collections,
            int parallelism,
            OperatorSubtaskState restored)
            throws Exception {
        for (int i = 0; i < parallelism; i++) {
            var harness = new KeyedOneInputStreamOperatorTestHarness<>(
                    new ReconcileOperator(options, collections, new NoLookup()),
                    SourceRecord::cell,
                    Cell.TYPE,
                    MAX_PARALLELISM,
                    parallelism,
                    i);
            harness.setup(ChangeRecordSerializer.INSTANCE);
            if (restored != null) {
                harness.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                        restored, MAX_PARALLELISM, 1, parallelism, i));
            }
            harness.open();
            instances.add(harness);
        }
    }

    static OperatorScene fresh() throws Exception {
        return new OperatorScene(Scene.images(), 1, null);
    }

    OperatorScene arrive(SourceRecord record) throws Exception {
        int group =
                KeyGroupRangeAssignment.assignKeyToParallelOperator(record.cell(), MAX_PARALLELISM, instances.size());
        instances
                .get(group)
                .processElement(new StreamRecord<>(record, record.version().timestamp()));
        return this;
    }

    OperatorScene watermark(long millis) throws Exception {
        for (var instance : instances) {
            instance.processWatermark(new Watermark(millis));
        }
        return this;
    }

    OperatorSubtaskState snapshot() throws Exception {
        return instances.get(0).snapshot(1, 1);
    }

    /** What came out, instance by instance: changes with their timestamps, and watermarks. */
    List<String> shown() {
        List<String> shown = new ArrayList<>();
        for (var instance : instances) {
            for (Object element : instance.getOutput()) {
                if (element instanceof Watermark watermark) {
                    shown.add("W " + watermark.getTimestamp());
                } else {
                    @SuppressWarnings("unchecked")
                    StreamRecord<ChangeRecord> record = (StreamRecord<ChangeRecord>) element;
                    shown.add("@" + record.getTimestamp() + " " + Scene.show(record.getValue()));
                }
            }
        }
        return shown;
    }

    @Override
    public void close() throws Exception {
        for (var instance : instances) {
            instance.close();
        }
    }

    /** A lookup that nothing should need. */
    static final class NoLookup implements DocumentLookup {
        private static final long serialVersionUID = 1L;

        @Override
        public void open() {}

        @Override
        public Found find(Namespace namespace, byte[] documentKey, long clusterTime) {
            throw new AssertionError("nothing to look up here");
        }

        @Override
        public void close() {}
    }
}
