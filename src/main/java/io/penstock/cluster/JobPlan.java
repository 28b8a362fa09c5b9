/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.store.JobRecord;
import io.penstock.store.JobRecords;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobgraph.JobGraph;

/**
 * A job as it is to be started, made from its file; the commands give it, for the topology is known to them only.
 *
 * @param text of the job file, placeholders unresolved
 * @param parallelism subtasks of each operator, and so the slots that it takes
 * @param stateDir absolute, with a scheme
 * @param records of the job; closed by whoever made the plan
 */
public record JobPlan(String name, String text, int parallelism, String stateDir, JobRecords records, Graph graph) {

    /** Puts a life of the job together. */
    @FunctionalInterface
    public interface Graph {
        /**
         * The job graph of a life.
         *
         * @param record the life's record: its token and the rollbacks before it travel with the job
         */
        JobGraph of(JobID id, JobRecord record);
    }
}
