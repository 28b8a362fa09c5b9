/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.sink.deadletter.Refusal;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** A writer's side of a target. Used by one thread at a time. */
public interface StagingArea extends AutoCloseable {
    /**
     * Removes the stages that no checkpoint holds.
     *
     * @param leftover says of a stage whether it is one
     * @return how many stages were removed
     */
    int removeLeftovers(Leftover leftover) throws IOException;

    /**
     * Adds rows to a stage, all of them or none, but for those that the target refuses for themselves; the first call for a stage makes it known
     * first, so that it is found again whatever happens. Durable when it returns.
     *
     * <p>Repeated after a failure, by an area that was opened anew and for the same rows in the same order, it adds what is not there yet: an attempt may have
     * added them all and its answer was lost, or may be at it still in the target.
     *
     * @param stage of this writer
     * @param target one of {@link StagedTarget#targetOf}
     * @param before what was added to the stage before these
     * @return the changes that were refused and are not in the stage, when an earlier attempt added the others too; usually none
     * @throws StageRemovedException when the stage was removed meanwhile: this writer was given up by the job, and may be of another one
     * @throws IOException when the target fails, as its {@link StagedTarget#faults} tell apart
     */
    List<Refusal> add(Stage.Name stage, int subtask, String target, Collection<StagedRow> rows, Added before)
            throws IOException;

    @Override
    void close() throws IOException;
}
