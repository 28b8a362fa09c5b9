/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.Version;

/**
 * The head of a key's waiting records. They lie in numbered slots: an inexact row in slot 0, events in slots 1 to {@code count} in
 * the order of the stream.
 *
 * @param count how many events wait
 * @param bytes what their content takes
 * @param last the version of the last of them; null when there is none
 * @param lastIsDelete whether that is a delete
 * @param row the version of the row in slot 0; null when there is none
 * @param readFrom the cluster time whose events that row surely includes
 * @param due the event time, in milliseconds, at which the watermark says that waiting is over
 */
record Waiting(int count, long bytes, Version last, boolean lastIsDelete, Version row, long readFrom, long due) {

    /** Nothing waits yet; until when is told. */
    static Waiting until(long due) {
        return new Waiting(0, 0, null, false, null, 0, due);
    }

    Waiting withEvent(Version version, boolean isDelete, long content) {
        return new Waiting(count + 1, bytes + content, version, isDelete, row, readFrom, due);
    }

    /**
     * An inexact row waits as well. It is due when the watermark reaches {@code from}: not before its epoch's start, where the watermark
     * is held until the epoch is complete, and by then the stream has passed the row's version. And not later than that: the key
     * may have been deleted right after {@code from}, and that delete must not be late.
     */
    Waiting withRow(Version version, long from) {
        return new Waiting(count, bytes, last, lastIsDelete, version, from, Version.timestamp(from));
    }
}
