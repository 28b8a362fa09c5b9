/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobStatus;

/**
 * A job as the cluster sees it at a moment.
 *
 * @param id Flink's, in hex
 * @param millis since it was submitted, until now or until its end
 * @param since when its present state began, in milliseconds since 1970
 * @param vertices what runs in one slot each, in the order of the data's way
 */
public record JobView(String id, String name, JobStatus state, long millis, long since, List<Vertex> vertices) {

    /**
     * A chain of operators.
     *
     * @param maxParallelism how many subtasks it may have; 1 for one whose order is that of one subtask
     * @param running how many of its subtasks run
     */
    public record Vertex(String id, String name, int parallelism, int maxParallelism, int running) {}

    /** From {@code /jobs/:id}. */
    static JobView of(JsonNode job) {
        List<Vertex> vertices = new ArrayList<>();
        for (JsonNode each : job.path("vertices")) {
            vertices.add(new Vertex(
                    each.path("id").asText(),
                    each.path("name").asText(),
                    each.path("parallelism").asInt(),
                    each.path("maxParallelism").asInt(),
                    each.path("tasks").path("RUNNING").asInt()));
        }
        JobStatus state = JobStatus.valueOf(job.path("state").asText());
        return new JobView(
                job.path("jid").asText(),
                job.path("name").asText(),
                state,
                job.path("duration").asLong(),
                job.path("timestamps").path(state.name()).asLong(),
                List.copyOf(vertices));
    }

    /** From {@code /jobs/overview}: every job that the cluster remembers, without what runs in it. */
    static List<JobView> all(JsonNode overview) {
        return StreamSupport.stream(overview.path("jobs").spliterator(), false)
                .map(each -> new JobView(
                        each.path("jid").asText(),
                        each.path("name").asText(),
                        JobStatus.valueOf(each.path("state").asText()),
                        each.path("duration").asLong(),
                        each.path("last-modification").asLong(),
                        List.of()))
                .toList();
    }

    /** True when the job is over, for good. */
    public boolean ended() {
        return state.isGloballyTerminalState();
    }

    /** True when each subtask runs: only then Flink accepts to stop it with a savepoint. */
    public boolean runsAsAWhole() {
        return state == JobStatus.RUNNING
                && !vertices.isEmpty()
                && vertices.stream().allMatch(each -> each.running() == each.parallelism());
    }

    /** Subtasks of each operator; the most where they differ, as the committer of files, which is always alone. */
    public int parallelism() {
        return vertices.stream().mapToInt(Vertex::parallelism).max().orElse(0);
    }

    /** The chain whose name begins so. */
    public Optional<Vertex> vertex(String prefix) {
        return vertices.stream().filter(each -> each.name().startsWith(prefix)).findFirst();
    }
}
