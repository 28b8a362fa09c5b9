/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Delivery;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.store.Fence;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Small jobs into Kafka. */
final class Jobs {
    /** How long a checkpoint may take, Flink's and the job file's default. */
    static final Duration TIMEOUT = Duration.ofMinutes(10);

    private Jobs() {}

    /** Two subtasks, a checkpoint every 200 ms, ten restarts. */
    static StreamExecutionEnvironment environment() {
        return environment(new Configuration());
    }

    static StreamExecutionEnvironment restoredFrom(String savepoint) {
        Configuration configuration = new Configuration();
        configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        return environment(configuration);
    }

    private static StreamExecutionEnvironment environment(Configuration configuration) {
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(2);
        return env;
    }

    /** Exports a few changes, in order per key, and ends; fails at the first failure. */
    static void export(KafkaSinkSpec spec, List<ChangeRecord> changes) throws Exception {
        StreamExecutionEnvironment env = environment();
        env.configure(new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
        sink(env.fromData(changes, ChangeRecord.TYPE), spec);
        env.execute();
    }

    static void sink(DataStream<ChangeRecord> changes, KafkaSinkSpec spec) {
        sink(changes, spec, DeadLetterPolicy.NONE);
    }

    /** Where changes are set aside. */
    static DataStream<Delivery> sink(DataStream<ChangeRecord> changes, KafkaSinkSpec spec, DeadLetterPolicy letters) {
        DataStream<ChangeRecord> keyed = changes.keyBy(change -> change.key().cell())
                .map(change -> change)
                .returns(ChangeRecord.TYPE)
                .uid("changes");
        return KafkaChangeSink.from(spec, Fence.none(), letters, TIMEOUT).write(keyed, "kafka");
    }
}
