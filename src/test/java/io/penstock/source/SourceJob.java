/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.record.SourceRecord;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.awaitility.Awaitility;

/** A job of the source and a watcher: one that fails for good on a late record, and by plan to test recovery. */
final class SourceJob {
    private static final Map<String, SourceJob> JOBS = new ConcurrentHashMap<>();

    private final String name = UUID.randomUUID().toString();
    private final Collected collected = new Collected();
    private final AtomicLong watermark = new AtomicLong(Long.MIN_VALUE);
    private final AtomicInteger seen = new AtomicInteger();
    private final Map<Integer, Boolean> failures = new ConcurrentHashMap<>();
    private volatile String late;
    private volatile long failBehind = Long.MAX_VALUE;
    private JobClient client;

    /** Starts a job that does not fail. */
    static SourceJob start(MongoSource source, int parallelism) throws Exception {
        return start(source, parallelism, 100);
    }

    /** @param failAfter counts of records, over all attempts, after which the watcher fails once each */
    static SourceJob start(MongoSource source, int parallelism, int checkpointMillis, int... failAfter)
            throws Exception {
        return start(source, parallelism, checkpointMillis, Long.MAX_VALUE, failAfter);
    }

    /** @param failBehind a watermark; the first one beyond it makes the watcher fail once more */
    static SourceJob start(MongoSource source, int parallelism, int checkpointMillis, long failBehind, int... failAfter)
            throws Exception {
        SourceJob job = new SourceJob();
        job.failBehind = failBehind;
        for (int count : failAfter) {
            job.failures.put(count, true);
        }
        JOBS.put(job.name, job);
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, failAfter.length + 1);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, java.time.Duration.ofMillis(1));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(parallelism);
        env.enableCheckpointing(checkpointMillis);
        env.getConfig().disableGenericTypes();
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "source")
                .keyBy(SourceRecord::cell, io.penstock.record.Cell.TYPE)
                .transform("watch", SourceRecord.TYPE, new Watcher(job.name))
                .setParallelism(1)
                .sinkTo(new org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink<>());
        job.client = env.executeAsync();
        return job;
    }

    Collected collected() {
        return collected;
    }

    /** The watermark of everything read, of the current attempt. */
    long watermark() {
        return watermark.get();
    }

    int seen() {
        return seen.get();
    }

    int failuresLeft() {
        return failures.size();
    }

    /** The first record that came late, or null. */
    String late() {
        return late;
    }

    JobStatus status() throws Exception {
        return client.getJobStatus().get();
    }

    void cancel() throws Exception {
        if (!status().isGloballyTerminalState()) {
            client.cancel().get();
            Awaitility.await().atMost(java.time.Duration.ofMinutes(4)).until(() -> status().isGloballyTerminalState());
        }
        JOBS.remove(name);
    }

    private static final class Watcher extends AbstractStreamOperator<SourceRecord>
            implements OneInputStreamOperator<SourceRecord, SourceRecord> {
        private static final long serialVersionUID = 1L;

        private final String name;
        private transient long current;

        Watcher(String name) {
            this.name = name;
        }

        /**
         * Failed before its first checkpoint, a job may begin anew at a later time, as the enumerator does when all is reset. No event
         * tells then what was deleted in between: nothing of the attempt before counts, as no state and no output would be left of it.
         */
        @Override
        public void initializeState(StateInitializationContext context) throws Exception {
            super.initializeState(context);
            ListState<Boolean> begun =
                    context.getOperatorStateStore().getListState(new ListStateDescriptor<>("begun", Types.BOOLEAN));
            if (!begun.get().iterator().hasNext()) {
                begun.add(true);
                JOBS.get(name).collected.forget();
            }
        }

        @Override
        public void open() throws Exception {
            super.open();
            current = Long.MIN_VALUE;
            JOBS.get(name).watermark.set(Long.MIN_VALUE);
        }

        @Override
        public void processElement(StreamRecord<SourceRecord> element) {
            SourceJob job = JOBS.get(name);
            if (element.getTimestamp() <= current && job.late == null) {
                job.late = element.getValue() + " at " + element.getTimestamp() + " behind " + current;
            }
            int count = job.seen.incrementAndGet();
            if (job.failures.remove(count) != null) {
                throw new IllegalStateException("planned, after " + count + " records");
            }
            job.collected.add(element.getValue());
        }

        @Override
        public void processWatermark(Watermark mark) throws Exception {
            current = mark.getTimestamp();
            SourceJob job = JOBS.get(name);
            job.watermark.set(current);
            if (current > job.failBehind) {
                job.failBehind = Long.MAX_VALUE;
                throw new IllegalStateException("planned, at the first watermark behind the snapshot");
            }
            super.processWatermark(mark);
        }
    }
}
