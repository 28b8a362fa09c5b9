/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/** The one failure that a test wants of a sink, after it has written something. The cluster is in this process. */
final class Death {
    /** The step at which the next one fails; null when none does. */
    static final AtomicReference<Step> NEXT = new AtomicReference<>();

    private static final int SOME = 40;

    /** Written since the failure was asked for, by whichever subtask, so that it concerns something. */
    private static volatile int written;

    private Death() {}

    static void at(Step step) {
        NEXT.set(step);
        written = 0;
    }

    /** A change was written. */
    static void written() throws IOException {
        written++;
        if (written > SOME) {
            reached(Step.WRITE);
        }
    }

    /** Fails when this is the step. */
    static void reached(Step step) throws IOException {
        if (written > 0 && NEXT.compareAndSet(step, null)) {
            throw new IOException("a failure, as the test wants it: " + step);
        }
    }
}
