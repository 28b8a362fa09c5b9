/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;

/**
 * Another attempt of the same life has begun. Usually nobody hears of it: this one was given up long ago. Should it have been the other that was
 * given up, Flink restarts the job, and the next attempt is the latest.
 */
public final class SupersededException extends IOException {
    private static final long serialVersionUID = 1L;

    public SupersededException(Attempt mine, Attempt now) {
        super("attempt " + mine.number() + " of this run has nothing to write any more: attempt " + now.number()
                + " has begun");
    }
}
