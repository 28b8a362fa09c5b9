/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import java.io.Serializable;

/**
 * Where a job begins whose checkpoints are lost: at a time up to which its targets have everything, with a pass over all collections.
 *
 * <p><b>Why the pass starts before that time.</b> Events up to a pass's start are dropped, since its rows include them. But a document that was
 * deleted has no row: its delete has to come as an event. So the stream begins at {@code time}, its own events included, and the pass
 * starts just before it.
 *
 * <pre>
 *   exported before    ................|
 *   stream                             [time ...........
 *   pass                              (start    rows, read at time or later
 * </pre>
 *
 * @param time cluster time, unsigned; everything before it is at the targets
 * @param epoch the number of the pass, greater than that of any before
 */
public record Recovery(long time, int epoch) implements Serializable {
    public Recovery {
        if (time == 0 || epoch < 2) {
            throw new IllegalArgumentException(
                    "no earlier life came to " + StreamPosition.at(time) + " in a pass before " + epoch);
        }
    }

    /** The cluster time at which its pass starts. */
    public long passStart() {
        return time - 1;
    }
}
