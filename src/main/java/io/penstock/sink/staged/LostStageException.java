/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * What a checkpoint says was staged is not, or no longer as a whole, in the target's staging area. Marked as not recoverable: a restart would
 * find the same.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class LostStageException extends IOException {
    private static final long serialVersionUID = 1L;

    LostStageException(String sink, List<Lost> lost) {
        super("The staging area of sink " + sink + " does not hold what was written to it: "
                + lost.stream().map(Lost::describe).collect(Collectors.joining("; "))
                + ". Was it emptied, or the database restored from a backup? Nothing of this checkpoint was applied."
                + " To write those changes again, go back to a checkpoint before it (penstock rollback)");
    }

    /** A stage, and what there is of it. */
    record Lost(Stage stage, StageApplier.Content found) {
        private String describe() {
            return "of " + stage.describe() + ", " + found.rows() + " are there"
                    + (found.rows() == stage.rows() ? ", and other ones" : "");
        }
    }
}
