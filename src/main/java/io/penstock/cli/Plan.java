/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import java.util.List;
import java.util.Set;

/**
 * What can be said of a job before it runs.
 *
 * @param job its name
 * @param server the source's version; null when it was not asked
 * @param features what that version means for the job, in words
 * @param collections that would be exported now
 * @param skipped what a pattern matches and cannot be exported, with the reason
 * @param oplogSeconds how far the oplog reaches back; negative when it is not known
 * @param snapshotSeconds how long the snapshot should take, roughly
 * @param stateBytes about how much the keyed state will hold, in the mode that the job file chooses
 * @param statements SQL that makes what is missing in a target's database, in the order to run it
 * @param problems what cannot work
 * @param warnings what may surprise
 */
record Plan(
        String job,
        String server,
        List<String> features,
        List<Collection> collections,
        List<String> skipped,
        long oplogSeconds,
        long snapshotSeconds,
        long stateBytes,
        List<String> statements,
        List<String> problems,
        List<String> warnings) {
    /**
     * A collection to export.
     *
     * @param bytes of BSON, uncompressed
     * @param idTypes the types of its {@code _id}s, by a sample
     */
    record Collection(String namespace, long documents, long bytes, Set<String> idTypes) {}
}
