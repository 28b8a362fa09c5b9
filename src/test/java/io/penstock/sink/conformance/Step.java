/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

/** Where in the two phases of a commit a job dies. */
enum Step {
    /** While changes are written that no checkpoint holds. */
    WRITE,
    /** When the writer has made everything durable, and has not yet said so. */
    PREPARED,
    /** In the checkpoint, after what is to be committed was handed over. */
    SNAPSHOT,
    /** The checkpoint is complete, nothing is committed. */
    BEFORE_COMMIT,
    /** All is committed, and Flink does not know it. */
    AFTER_COMMIT
}
