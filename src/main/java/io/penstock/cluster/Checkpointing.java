/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * How the checkpoints of a life fare.
 *
 * @param completed since the life began, or since its JobManager was started
 * @param failed of these, whatever the reason
 * @param inProgress taken at this moment
 * @param last the newest that is complete, a savepoint too
 * @param lastFailure when the newest failed one failed and why; empty when none did
 */
public record Checkpointing(
        long completed, long failed, long inProgress, Optional<Last> last, Optional<Failure> lastFailure) {

    /**
     * A complete checkpoint.
     *
     * @param completedAt milliseconds since 1970, by the JobManager's clock
     * @param bytes of the whole state
     * @param newBytes of what this checkpoint added
     */
    public record Last(
            long id,
            boolean savepoint,
            long completedAt,
            long durationMillis,
            long bytes,
            long newBytes,
            String path) {}

    /** @param at milliseconds since 1970, by the JobManager's clock */
    public record Failure(long id, long at, String why) {}

    /** From {@code /jobs/:id/checkpoints}. */
    static Checkpointing of(JsonNode checkpoints) {
        JsonNode counts = checkpoints.path("counts");
        JsonNode latest = checkpoints.path("latest");
        JsonNode failed = latest.path("failed");
        return new Checkpointing(
                counts.path("completed").asLong(),
                counts.path("failed").asLong(),
                counts.path("in_progress").asLong(),
                newer(latest.path("completed"), latest.path("savepoint")).map(Checkpointing::last),
                failed.isObject()
                        ? Optional.of(new Failure(
                                failed.path("id").asLong(),
                                failed.path("failure_timestamp").asLong(),
                                failed.path("failure_message").asText("")))
                        : Optional.empty());
    }

    private static Optional<JsonNode> newer(JsonNode checkpoint, JsonNode savepoint) {
        if (!savepoint.isObject()) {
            return checkpoint.isObject() ? Optional.of(checkpoint) : Optional.empty();
        }
        return Optional.of(
                checkpoint.isObject()
                                && checkpoint.path("id").asLong()
                                        > savepoint.path("id").asLong()
                        ? checkpoint
                        : savepoint);
    }

    private static Last last(JsonNode checkpoint) {
        return new Last(
                checkpoint.path("id").asLong(),
                checkpoint.path("is_savepoint").asBoolean(),
                checkpoint.path("latest_ack_timestamp").asLong(),
                checkpoint.path("end_to_end_duration").asLong(),
                checkpoint.path("state_size").asLong(),
                checkpoint.path("checkpointed_size").asLong(),
                checkpoint.path("external_path").asText());
    }
}
