/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

/**
 * What was added to a stage before, as its writer knows it: with this, rows that an earlier attempt has added already are not added again. It comes from
 * the writer since a staging area that was opened anew remembers nothing.
 *
 * @param offered how many rows were handed over for the stage so far, for all targets, those that were refused too: the running number of the next
 * @param rows how many rows the stage has for the target by now
 * @param attempt 1; greater when an attempt to add these very rows failed, or did not and the answer was lost
 */
public record Added(long offered, long rows, int attempt) {
    public boolean isRepeated() {
        return attempt > 1;
    }
}
