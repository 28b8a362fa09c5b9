/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.record.Namespace;
import io.penstock.source.Scope;
import io.penstock.source.ScopeChange;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.StreamSplit;
import java.util.List;
import java.util.Map;

/**
 * The enumerator in a checkpoint.
 *
 * @param hasStarted whether the place to begin at was chosen
 * @param stream the stream while no reader has it, else null
 * @param stopAfter the end of the stream once it is known; 0 before, and when there is none
 * @param passes start and greatest read time of each pass under way
 * @param ranges what no split covers yet
 * @param ready splits that no reader has
 * @param open splits that readers have, with the start of their pass
 * @param made how many splits were made
 * @param taken for each namespace that came by a rename, or by a change of the scope, the start of its latest pass
 * @param progress per namespace
 * @param scope the collections that the job has; null before it has begun, and in states of before this was kept
 * @param scopeChanges every change of it since the job began, in order
 * @param waitAt the cluster time at which the stream waits; 0 when there is none
 */
public record EnumeratorState(
        boolean hasStarted,
        StreamSplit stream,
        long stopAfter,
        Map<Long, Long> passes,
        List<SnapshotRange> ranges,
        List<SnapshotSplit> ready,
        Map<String, Long> open,
        long made,
        Map<Namespace, Long> taken,
        Map<Namespace, Progress> progress,
        Scope scope,
        List<ScopeChange> scopeChanges,
        long waitAt) {

    /**
     * How far a namespace's snapshot is.
     *
     * @param documents estimated in all
     * @param done in splits that were read to their end
     */
    public record Progress(long documents, long done) {}

    /** Before anything was done. */
    static EnumeratorState initial() {
        return new EnumeratorState(
                false, null, 0, Map.of(), List.of(), List.of(), Map.of(), 0, Map.of(), Map.of(), null, List.of(), 0);
    }
}
