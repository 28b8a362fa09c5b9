/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.ChangeEvent;
import io.penstock.record.ChangeEvent.Kind;
import io.penstock.record.SnapshotRow;
import io.penstock.record.SourceRecord;
import io.penstock.record.Version;

/** Rules of order between what arrives and what is known. Always whole versions: a transaction's events share one cluster time. */
final class Versions {
    private Versions() {}

    /**
     * Whether an event tells something new. A document that moves between shards is deleted on one and inserted on the other at one
     * version, in no order: at an equal version an insert replaces a tombstone.
     */
    static boolean isNews(ChangeEvent event, Version known, boolean knownGone) {
        int order = event.version().compareTo(known);
        return order > 0 || (order == 0 && knownGone && event.kind() == Kind.INSERT);
    }

    /** Whether a record outlives a floor. An inexact row may be from before it unless even its earliest time is later. */
    static boolean isAbove(SourceRecord record, Version floor) {
        if (record instanceof SnapshotRow row && !row.isExact()) {
            return Long.compareUnsigned(row.readFrom(), floor.clusterTime()) >= 0;
        }
        return record.version().compareTo(floor) > 0;
    }

    /** Whether an event happened at or before its epoch's first read, so that every row of the epoch includes it. */
    static boolean isBeforeEpoch(ChangeEvent event) {
        return event.epochStart() != 0 && Long.compareUnsigned(event.version().clusterTime(), event.epochStart()) <= 0;
    }

    /** Whether a row of the event's epoch may still come: the watermark stays below the epoch's start until it is complete. */
    static boolean mayRowCome(ChangeEvent event, long watermark) {
        return event.epochStart() != 0 && watermark < Version.timestamp(event.epochStart());
    }

    /** Whether the state knows the document in the event's own epoch; an image from before it is no base, for changes may be missing. */
    static boolean isKnown(Meta meta, ChangeEvent event) {
        return meta != null
                && meta.version() != null
                && (event.epochStart() == 0
                        || Long.compareUnsigned(meta.version().clusterTime(), event.epochStart()) >= 0);
    }

    /** An ordinary event, one of no transaction. */
    static boolean isOrdinary(Version version) {
        return version.equals(Version.event(version.clusterTime()));
    }
}
