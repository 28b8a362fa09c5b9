/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.source.StreamSplit.WantedEpoch;
import io.penstock.store.SplitProgress;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;

/** What readers and enumerator tell each other besides splits. All of it may be repeated after a failure; none of it is state. */
public sealed interface SourceMessage extends SourceEvent {

    /**
     * A reader, once when it starts: what it restored. Until the enumerator has this of every reader it releases nothing.
     *
     * @param open snapshot splits that it will read on
     * @param finished splits that it finished and that it does not know to be acknowledged
     * @param hasStream whether the stream is among its splits
     */
    record ReaderStarted(List<Summary> open, List<Summary> finished, boolean hasStream) implements SourceMessage {}

    /** A reader: a snapshot split is finished; repeated until {@link Acknowledged}. */
    record SplitFinished(Summary split) implements SourceMessage {}

    /**
     * What the enumerator has to know of a split that a reader has.
     *
     * @param readTime the greatest cluster time its rows were read at
     */
    record Summary(String splitId, String namespace, long epochStart, long readTime, long documents)
            implements Serializable {}

    /**
     * The stream's reader, about twice a second.
     *
     * @param position the cluster time of its position; events of this time may still come
     * @param watermark what the stream itself allows, in milliseconds
     */
    record StreamProgress(long position, long watermark) implements SourceMessage {}

    /** The stream's reader: a namespace's content came by a rename, or into the scope, and needs a pass of its own; repeated until {@link EpochTaken}. */
    record EpochWanted(String namespace, int epoch, long start) implements SourceMessage {
        public static EpochWanted of(WantedEpoch wanted) {
            return new EpochWanted(wanted.namespace().toString(), wanted.epoch(), wanted.start());
        }
    }

    /** A reader whose source reports its progress: what of its splits belongs to a checkpoint. */
    record SplitsAt(long checkpoint, List<SplitProgress> splits) implements SourceMessage {}

    /** The enumerator: the split's end is in its state; the reader may forget it. */
    record Acknowledged(String splitId) implements SourceMessage {}

    /** The enumerator, to the stream's reader: it holds the watermark for this pass from now on. */
    record EpochTaken(String namespace, long start) implements SourceMessage {}

    /**
     * The enumerator, to every reader.
     *
     * @param hold the watermark that no reader may pass, in milliseconds
     * @param reached how far the stream has come, for the readers that do not read it
     */
    record Frontier(long hold, long reached) implements SourceMessage {}

    /**
     * The enumerator, to each reader, before it reads: every change that the scope has had since the job began. Nothing is read
     * without it: a stream that was restored may be from before a change, and its events would go out ahead of the rows that they
     * belong to.
     */
    record ScopeChanges(List<ScopeChange> changes) implements SourceMessage {}

    /** The enumerator, to the stream's reader: nothing at or after this cluster time is read until a later one is told. */
    record WaitAt(long clusterTime) implements SourceMessage {}

    /** The enumerator, to the stream's reader: the stream ends behind this cluster time. */
    record StopAfter(long clusterTime) implements SourceMessage {}
}
