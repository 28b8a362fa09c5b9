/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.Namespace;
import io.penstock.sink.outage.FaultTable;
import java.io.IOException;
import java.io.Serializable;

/** A database that changes are staged in and applied to. Travels in the job graph: secrets are revealed when it connects. */
public interface StagedTarget extends Serializable {
    /** The table or collection of a namespace. Pure. */
    String targetOf(Namespace namespace);

    /**
     * Connects for a writer.
     *
     * @param sink the job's and the sink's name, which tell this sink's stages from another's in the same database
     */
    StagingArea openArea(String sink) throws IOException;

    /**
     * Connects for the committer.
     *
     * @param sink as above
     */
    StageApplier openApplier(String sink) throws IOException;

    /** What its failures mean, those of opening too. */
    FaultTable faults();
}
