/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;
import java.io.Serializable;

/** Where a job's dead letters are kept. Travels with the job: secrets are revealed when it connects. */
@FunctionalInterface
public interface DeadLetterTarget extends Serializable {
    /** Connects, in the task that uses it. */
    DeadLetters open() throws IOException;
}
