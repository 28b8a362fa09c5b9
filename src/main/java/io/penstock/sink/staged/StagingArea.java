/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.sink.deadletter.Refusal;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** A writer's side of a target. Used by the writer's task thread only. */
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
     * @param stage of this writer
     * @param target one of {@link StagedTarget#targetOf}
     * @return the changes that were refused and are not in the stage; usually none
     * @throws IOException also when the stage was removed meanwhile: this writer was given up by the job, and may be of another one
     */
    List<Refusal> add(Stage.Name stage, int subtask, String target, Collection<StagedRow> rows) throws IOException;

    @Override
    void close() throws IOException;
}
