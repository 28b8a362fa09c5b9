/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

/**
 * What the operator counts: one counter for each way that a record can take through the rules, so that nothing is dropped unseen.
 */
public enum Count {
    ROWS("rows", "Snapshot rows that arrived."),
    EVENTS("events", "Change events that arrived."),
    CHANGES("changes", "Changes that were emitted."),
    DUPLICATE("duplicate", "Records dropped because the state had exactly their version."),
    STALE("stale", "Records dropped because the state had a later version."),
    BEFORE_EPOCH("beforeEpoch", "Events dropped because every row of their epoch includes them."),
    BELOW_FLOOR("belowFloor", "Records dropped because their namespace ended at or after their version."),
    UNCHANGED("unchanged", "Rows with the content that was exported last: noted, not emitted."),
    REDUNDANT("redundant", "Rows dropped because the state, or another row, already follows the document."),
    INCLUDED("included", "Waiting events dropped because the row that came includes them."),
    PENDING("pendingWaiting", "Events that had to wait for their document's row or for the end of the epoch."),
    PENDING_THINNED("pendingThinned", "Waiting events whose content did not fit the limit and is fetched later."),
    PENDING_SKIPPED("pendingSkipped", "Waiting deltas that a later insert, replace or delete made needless."),
    LOOKUPS("lookups", "Documents fetched from the source, whatever the reason."),
    LOOKUPS_AMBIGUOUS("lookupsAmbiguous", "Documents fetched because a delta could mean more than one thing."),
    LOOKUPS_INEXACT("lookupsInexact", "Documents fetched at a later time than their event's, for history was gone."),
    LOOKUPS_EMPTY("lookupsEmpty", "Documents not found when fetched: superseded by an event that is still to come."),
    DELETED_ABSENT("deletedAbsent", "Deletes of documents that were already known to be gone: not emitted."),
    SWEPT("swept", "Documents deleted downstream because their namespace ended."),
    GHOSTS("ghosts", "Documents deleted downstream because the pass after lost history did not meet them."),
    REPLAYS("replays", "Dead letters that were exported after all, for their sink alone."),
    REPLAYS_SUPERSEDED("replaysSuperseded", "Dead letters that were not, for a newer change of their document was.");

    private final String metric;
    private final String meaning;

    Count(String metric, String meaning) {
        this.metric = metric;
        this.meaning = meaning;
    }

    /** The metric's name, below the operator's group {@code reconcile}. */
    public String metric() {
        return metric;
    }

    /** What it counts, in a sentence. */
    public String meaning() {
        return meaning;
    }
}
