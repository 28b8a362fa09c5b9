/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;

/**
 * Compares tokens.
 *
 * @param stateDir absolute, so that it is found from any working folder
 */
record RecordFence(String stateDir, long token) implements Fence {
    static final Fence NONE = new None();

    @Override
    public void requireHeld() throws IOException {
        JobRecord now = now();
        if (now.token() != token) {
            throw new LeaseLostException(token, now);
        }
    }

    private JobRecord now() throws IOException {
        try {
            return JobRecords.in(stateDir)
                    .read()
                    .orElseThrow(() -> new IOException("there is no record of this job in " + stateDir
                            + " any more, which would say that it may still commit"))
                    .value();
        } catch (MovedRecordException moved) {
            return moved.record();
        }
    }

    private record None() implements Fence {
        @Override
        public void requireHeld() {}
    }
}
