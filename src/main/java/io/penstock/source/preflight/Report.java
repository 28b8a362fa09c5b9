/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.preflight;

import io.penstock.record.Namespace;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a look at the source found before anything runs.
 *
 * @param serverVersion such as {@code 7.0.4}
 * @param features what the server can do for this job, each a short sentence
 * @param collections what is to be exported, by name
 * @param skipped what a pattern matches and that cannot be exported
 * @param oplogReach from the oplog's oldest entry to now; null where it cannot be seen
 * @param snapshotTime how long the snapshot should take at the assumed rates; an estimate
 * @param stateForImages about how many bytes the job's state needs when it keeps documents
 * @param stateForVersions about how many bytes it needs when it keeps versions only
 * @param problems what stands in the way, and what to know; errors first
 */
public record Report(
        String serverVersion,
        List<String> features,
        List<CollectionReport> collections,
        List<Skipped> skipped,
        Duration oplogReach,
        Duration snapshotTime,
        long stateForImages,
        long stateForVersions,
        List<Problem> problems) {

    /** Whether the job can run. */
    public boolean isGood() {
        return problems.stream().noneMatch(Problem::isError);
    }

    /**
     * One collection.
     *
     * @param documents by its metadata
     * @param bytes of BSON, by its metadata
     * @param collation its default collation as JSON; null for the simple one
     * @param idTypes the BSON types of a sample of its {@code _id}s
     */
    public record CollectionReport(
            Namespace namespace, long documents, long bytes, boolean capped, String collation, Set<String> idTypes) {}

    /** A namespace that is left out, and why. */
    public record Skipped(Namespace namespace, String reason) {}

    /** @param isError whether the job cannot run like this; otherwise it is good to know */
    public record Problem(boolean isError, String text) {
        static Problem error(String text) {
            return new Problem(true, text);
        }

        static Problem warning(String text) {
            return new Problem(false, text);
        }
    }
}
