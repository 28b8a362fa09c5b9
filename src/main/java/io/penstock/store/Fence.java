/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;
import java.io.Serializable;

/**
 * One life's right to commit. Travels with the job, in its configuration and never in its state: a restored checkpoint must be committed
 * under the token of the life that restores it.
 */
@FunctionalInterface
public interface Fence extends Serializable {
    /**
     * To be called right before committing, and before anything that would disturb another life, such as taking its leftovers away.
     * One small read.
     *
     * @throws LeaseLostException when the job has another life by now
     * @throws IOException when the record cannot be read; nothing may be committed then, and Flink's restart tries again
     */
    void requireHeld() throws IOException;

    /** Lets go of what asking needs; it may be asked again. */
    default void close() {}

    /** Asks once, as {@link #requireHeld()}, and keeps nothing open. */
    default void requireHeldOnce() throws IOException {
        try {
            requireHeld();
        } finally {
            close();
        }
    }

    /** The right of the life with a token, as the job's metadata store has it. */
    static Fence of(MetadataOptions options, long token) {
        return new StoreFence(options, token);
    }

    /** The right of the life with a token, as the record in a job's state folder has it. */
    static Fence of(String stateDir, long token) {
        return new RecordFence(StateDir.of(stateDir).toString(), token);
    }

    /** For a job without a record, as one given to Flink by Flink's own means: nobody checks that it runs once. */
    static Fence none() {
        return RecordFence.NONE;
    }
}
