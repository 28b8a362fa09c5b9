/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.util.Comparator;

/**
 * Who writes: a life of a job, and one attempt of it at running. Flink begins an attempt with each restart of a task, and one that it has given
 * up may still be there: on a machine that was frozen, behind a network that was cut. So an attempt takes a number in the store before it
 * writes, and from then on lesser ones are refused.
 *
 * @param token of the life, see {@link JobRecord}
 * @param number 1 and more, growing within the life
 */
public record Attempt(long token, long number) implements Comparable<Attempt> {
    private static final Comparator<Attempt> ORDER =
            Comparator.comparingLong(Attempt::token).thenComparingLong(Attempt::number);

    @Override
    public int compareTo(Attempt other) {
        return ORDER.compare(this, other);
    }
}
