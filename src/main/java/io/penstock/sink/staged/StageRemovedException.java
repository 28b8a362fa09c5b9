/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import java.io.IOException;

/** A writer's stage is not as the writer left it: the job has given this writer up. No further attempt helps. */
public final class StageRemovedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param sink the job's and the sink's name */
    public StageRemovedException(String sink) {
        super("What this writer of sink " + sink
                + " had staged was removed: the job goes on elsewhere, and writes those changes again");
    }

    /**
     * Of a stage that has other rows than its writer gave it.
     *
     * @param found how many rows there are
     * @param expected what there should be
     */
    public StageRemovedException(String sink, long found, String expected) {
        super("What this writer of sink " + sink + " had staged was changed by someone else: " + found
                + " rows are there, and not " + expected
                + ". The job starts again, and writes those changes once more");
    }
}
