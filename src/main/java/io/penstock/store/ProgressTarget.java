/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;
import java.io.Serializable;

/** Where a job tells how far its source is. Travels with the job. */
@FunctionalInterface
public interface ProgressTarget extends Serializable {
    /** Opens it, at the JobManager. */
    Log open();

    /** Used by one thread. */
    interface Log extends AutoCloseable {
        /**
         * Takes what belongs to a complete checkpoint. Does not wait: what is not written when the next one comes is passed over.
         *
         * @throws IOException when something before could not be written, and trying again cannot help
         */
        void completed(long checkpoint, SourceProgress progress) throws IOException;

        @Override
        void close();
    }
}
