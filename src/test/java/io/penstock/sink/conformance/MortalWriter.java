/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import io.penstock.record.ChangeRecord;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Operators in one chain with a writer that is an operator itself. Before a barrier Flink asks a chain from its head on, so the one behind the writer
 * comes when all is durable; at a checkpoint it asks from the tail on, so the one in front comes last.
 *
 * <pre>
 *   before ──► writer ──► after
 * </pre>
 */
final class MortalWriter {
    private MortalWriter() {}

    static DataStream<ChangeRecord> before(DataStream<ChangeRecord> changes) {
        return changes.transform("before", changes.getType(), new Before());
    }

    static <T> DataStream<T> after(DataStream<T> written) {
        return written.transform("after", written.getType(), new After<>());
    }

    private static final class Before extends Passing<ChangeRecord> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(StreamRecord<ChangeRecord> change) throws Exception {
            super.processElement(change);
            Death.written();
        }

        @Override
        public void snapshotState(StateSnapshotContext context) throws Exception {
            super.snapshotState(context);
            Death.reached(Step.SNAPSHOT);
        }
    }

    private static final class After<T> extends Passing<T> {
        private static final long serialVersionUID = 1L;

        @Override
        public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
            super.prepareSnapshotPreBarrier(checkpointId);
            Death.reached(Step.PREPARED);
        }
    }

    private abstract static class Passing<T> extends AbstractStreamOperator<T> implements OneInputStreamOperator<T, T> {
        private static final long serialVersionUID = 1L;

        Passing() {
            chainingStrategy = ChainingStrategy.ALWAYS;
        }

        @Override
        public void processElement(StreamRecord<T> element) throws Exception {
            output.collect(element);
        }
    }
}
