/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.Cell;
import io.penstock.record.ChangeRecord;
import io.penstock.record.DocumentLookup;
import io.penstock.record.PassMark;
import io.penstock.record.SourceRecord;
import io.penstock.spec.CollectionSelector;
import io.penstock.spec.ReconcileSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;

/** Puts reconciling into a topology. */
public final class Reconcile {
    /** What the source says of its passes, as a side output: in order with the changes and with the watermark. */
    public static final OutputTag<PassMark> MARKS = new OutputTag<>("marks", PassMark.TYPE);

    private Reconcile() {}

    /**
     * Turns rows and events into one exact history per document, in order per key; a change's timestamp is its version's.
     *
     * @param in rows, events and floors; its watermark stays below an epoch's start until all rows of the epoch have been read and the
     *     stream has passed the greatest read time
     * @param collections those that the job exports as its file is now
     * @param spec mode, limits and graces
     * @param window the length of a window
     * @param withBefore whether a sink asks for the document before each change
     * @param rollbacks the source's time at each rollback of the job, growing, unsigned
     * @param lookup fetches documents that state cannot tell; opened by each parallel instance
     */
    public static SingleOutputStreamOperator<ChangeRecord> apply(
            DataStream<SourceRecord> in,
            List<CollectionSelector> collections,
            ReconcileSpec spec,
            Duration window,
            boolean withBefore,
            Collection<Long> rollbacks,
            DocumentLookup lookup) {
        ReconcileOptions options = ReconcileOptions.of(spec, window, withBefore, Revisions.after(rollbacks));
        return in.keyBy(SourceRecord::cell, Cell.TYPE)
                .transform(
                        Names.NAME, ChangeRecord.TYPE, new ReconcileOperator(options, List.copyOf(collections), lookup))
                .uid(Names.UID);
    }
}
