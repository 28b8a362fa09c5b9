/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.util.List;
import java.util.OptionalLong;

/**
 * How far a job's source is in a checkpoint.
 *
 * @param splits those that are not known to be read, and the stream
 * @param documents of the snapshots that were read, in all splits there were
 * @param estimated documents of the snapshots
 * @param secondsLeft until the snapshots are read, at the pace since the job was last started; empty when that cannot be told
 */
public record SourceProgress(List<SplitProgress> splits, long documents, long estimated, OptionalLong secondsLeft) {
    public SourceProgress {
        splits = List.copyOf(splits);
    }
}
