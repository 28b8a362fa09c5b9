/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.Serializable;

/**
 * How far one split of the source is in a checkpoint.
 *
 * @param split its id
 * @param namespace that it is a range of; null for the stream
 * @param epoch the pass that it belongs to; 0 for the stream
 * @param token where the stream goes on, BSON as the server gave it; null for a range, and before the first
 * @param clusterTime of the stream's position, or the greatest at which rows were read; 0 for none
 * @param documents of a range that were read; 0 for the stream
 * @param bytes theirs, as BSON
 * @param estimated that a range was thought to have
 * @param retries faults that passed, of this reader since it was last started
 * @param lastFault the last of them; null for none
 * @param isFinished whether nothing is left of it
 */
public record SplitProgress(
        String split,
        String namespace,
        int epoch,
        byte[] token,
        long clusterTime,
        long documents,
        long bytes,
        long estimated,
        long retries,
        String lastFault,
        boolean isFinished)
        implements Serializable {}
