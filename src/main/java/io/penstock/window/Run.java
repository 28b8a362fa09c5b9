/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import java.util.List;

/**
 * How a manifest came about: what may differ between two runs over the same history.
 *
 * @param generation 1, and one more after each rollback or new beginning
 * @param epoch the pass that the namespace was last read in
 * @param exactness {@code images}, or {@code versions} where a change may show a later state of the document
 * @param greatestRead in a baseline and a snapshot the latest cluster time at which rows were read, else 0
 * @param fencingToken of the life of the job that sealed it; 0 when it has no record
 * @param gaps stretches of history that were lost since the namespace's manifest before
 * @param checkpointsLost in the baselines of a job that had lost its checkpoints: from where to where its changes were not followed one by
 *     one; null in others
 * @param artifacts the files that hold the changes up to the window's end, and the changes that are in no file, as far as they are in no manifest before
 */
record Run(
        int generation,
        int epoch,
        String exactness,
        long greatestRead,
        long fencingToken,
        List<Gap> gaps,
        Gap checkpointsLost,
        List<Artifact> artifacts) {
    Run {
        gaps = List.copyOf(gaps);
        artifacts = List.copyOf(artifacts);
    }
}
