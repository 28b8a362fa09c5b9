/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import io.penstock.reconcile.RocksDbTuning;
import io.penstock.spec.JobSpec;
import io.penstock.spec.PipelineSpec;
import io.penstock.store.StateDir;
import java.time.Duration;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.environment.ExecutionCheckpointingOptions;

/** What the job itself demands of Flink, on whatever cluster it runs; a pure function of the job file. */
public final class JobSettings {
    /** So many in a row, then the job is started again. */
    private static final int FAILED_CHECKPOINTS = 10;

    private JobSettings() {}

    /** The settings that the job's promises rest on, and those that its file gives. */
    public static Configuration of(JobSpec spec) {
        PipelineSpec pipeline = spec.pipeline();
        Configuration settings = new Configuration();
        settings.set(PipelineOptions.NAME, spec.name());
        settings.set(CoreOptions.DEFAULT_PARALLELISM, pipeline.parallelism());
        settings.set(PipelineOptions.MAX_PARALLELISM, pipeline.maxParallelism());

        // In BATCH mode a source's watermarks are dropped, and with them the end of an epoch.
        settings.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        // A type without a serializer of ours fails the job at its start instead of entering state through Kryo.
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        // State is found again by uid only: an operator without one fails the job at its start.
        settings.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        // Everything that travels is immutable, so handing it over by reference is safe.
        settings.set(PipelineOptions.OBJECT_REUSE, true);

        settings.set(ExecutionCheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, pipeline.checkpointInterval());
        settings.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, pipeline.checkpointTimeout());
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, under(pipeline, "checkpoints"));
        settings.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, under(pipeline, "savepoints"));
        settings.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);

        // A job's own setting: that of a cluster's configuration would not reach it. A full disk, or a target that is
        // away, makes checkpoints fail; to start again each time would help neither.
        settings.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, FAILED_CHECKPOINTS);

        RocksDbTuning.applyTo(settings);

        restart(pipeline, settings);
        return settings;
    }

    /** A job that has run so long without a failure begins its restarts anew. */
    private static final Duration QUIET_AGAIN = Duration.ofMinutes(10);

    private static void restart(PipelineSpec pipeline, Configuration settings) {
        if (pipeline.restart().attempts() == 0) {
            settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
            return;
        }
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS,
                pipeline.restart().attempts());
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                pipeline.restart().initialDelay());
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                pipeline.restart().maxDelay());
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER, 2.0);
        // Of Flink's hour, a job that failed now and then would count as failing all the time.
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD, QUIET_AGAIN);
    }

    private static String under(PipelineSpec pipeline, String folder) {
        return new Path(StateDir.of(pipeline.stateDir()), folder).toUri().toString();
    }
}
