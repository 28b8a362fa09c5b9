/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import io.penstock.source.Increment;
import io.penstock.source.Recovery;
import io.penstock.spec.JobSpec;
import io.penstock.store.Fence;
import io.penstock.store.JobRecord;
import io.penstock.store.MetadataOptions;
import java.util.List;

/**
 * What a job is told of the life that it is about to begin.
 *
 * @param fence its right to commit
 * @param token the life's fencing token; 0 without a record
 * @param rollbacks the source's time at each rollback of the job, unsigned, growing: what was exported up to then is exported again with a
 *     higher revision
 * @param increment what this life exports of a job of increments; null for other jobs
 * @param recovery where it begins, of a job whose checkpoints are lost; null for others
 */
public record Life(Fence fence, long token, List<Long> rollbacks, Increment increment, Recovery recovery) {
    public Life {
        rollbacks = List.copyOf(rollbacks);
    }

    /** The life that a record describes. */
    public static Life of(JobSpec job, JobRecord record) {
        Fence fence = MetadataOptions.of(job)
                .map(metadata -> Fence.of(metadata, record.token()))
                .orElseGet(() -> Fence.of(job.pipeline().stateDir(), record.token()));
        return new Life(fence, record.token(), record.rollbacks(), null, null);
    }

    /** The same life, of a job of increments. */
    public Life upTo(Increment next) {
        return new Life(fence, token, rollbacks, next, recovery);
    }

    /** The same life, without a checkpoint to go on from; null changes nothing. */
    public Life from(Recovery lost) {
        return new Life(fence, token, rollbacks, increment, lost);
    }

    /** Of a job without a record, given to Flink by Flink's own means: whoever does so sees to it that it runs once. */
    public static Life withoutRecord() {
        return new Life(Fence.none(), 0, List.of(), null, null);
    }
}
