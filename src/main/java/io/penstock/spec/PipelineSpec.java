/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.time.Duration;

/** How the job runs. */
public record PipelineSpec(
        @Key(value = "How many subtasks each operator has.", fallback = "1", min = "1", max = "32768") int parallelism,
        @Key(
                        value =
                                "The most subtasks the job can ever be rescaled to. It can't be changed once there is state.",
                        fallback = "1024",
                        min = "1",
                        max = "32768")
                int maxParallelism,
        @Key(
                        value =
                                "How often a checkpoint is taken: the time until a change shows at an exactly-once target.",
                        fallback = "5 s",
                        min = "100 ms")
                Duration checkpointInterval,
        @Key(value = "How long a checkpoint may take.", fallback = "10 min", min = "1 s") Duration checkpointTimeout,
        @Key(
                        value =
                                "Where checkpoints and savepoints are kept, a path or a URI of one of Flink's file systems."
                                        + " By default `data/<job>/state`.",
                        optional = true)
                String stateDir,
        @Key("How a failed job is started again.") RestartSpec restart)
        implements Serializable {

    /**
     * The same with another parallelism.
     *
     * @throws IllegalArgumentException when it is below 1 or above {@link #maxParallelism()}
     */
    public PipelineSpec withParallelism(int other) {
        if (other < 1 || other > maxParallelism) {
            throw new IllegalArgumentException(
                    "expected a parallelism from 1 to max-parallelism (" + maxParallelism + "), found " + other);
        }
        return new PipelineSpec(other, maxParallelism, checkpointInterval, checkpointTimeout, stateDir, restart);
    }

    PipelineSpec withStateDir(String other) {
        return new PipelineSpec(parallelism, maxParallelism, checkpointInterval, checkpointTimeout, other, restart);
    }

    PipelineSpec orStateDir(String other) {
        return stateDir != null ? this : withStateDir(other);
    }
}
