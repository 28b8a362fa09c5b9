/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.Ending;

/** How a life ended, as the rest of a sentence that begins with the job's name. */
final class EndingWords {
    private EndingWords() {}

    static String of(Ending ending) {
        return switch (ending.how()) {
            case STOPPED -> "is stopped with a savepoint";
            case CANCELLED -> "is cancelled";
            case FAILED -> "has failed meanwhile";
            case ENDED_BEFORE -> "had ended before";
            case UNKNOWN -> "is not known to the cluster";
        };
    }
}
