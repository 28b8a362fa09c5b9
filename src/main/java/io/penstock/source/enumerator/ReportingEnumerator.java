/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.source.MongoSplit;
import io.penstock.source.SourceMessage.SplitsAt;
import io.penstock.store.ProgressTarget;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;

/** An enumerator that tells of each checkpoint, once it is complete, what of all splits is in it. Only the enumerator's thread. */
public final class ReportingEnumerator implements SplitEnumerator<MongoSplit, EnumeratorState> {
    private final MongoEnumerator enumerator;
    private final ProgressTarget.Log log;
    private final Reports reports = new Reports(System::nanoTime);

    public ReportingEnumerator(MongoEnumerator enumerator, ProgressTarget.Log log) {
        this.enumerator = enumerator;
        this.log = log;
    }

    @Override
    public EnumeratorState snapshotState(long checkpoint) {
        EnumeratorState state = enumerator.snapshotState(checkpoint);
        reports.checkpoint(checkpoint, state.progress().values(), isRead(state));
        return state;
    }

    private static boolean isRead(EnumeratorState state) {
        return state.hasStarted()
                && state.ranges().isEmpty()
                && state.ready().isEmpty()
                && state.open().isEmpty();
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
        if (event instanceof SplitsAt at) {
            reports.add(at.checkpoint(), at.splits());
        } else {
            enumerator.handleSourceEvent(subtask, event);
        }
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) throws IOException {
        enumerator.notifyCheckpointComplete(checkpoint);
        log.completed(checkpoint, reports.complete(checkpoint));
    }

    @Override
    public void start() {
        enumerator.start();
    }

    @Override
    public void handleSplitRequest(int subtask, String host) {
        enumerator.handleSplitRequest(subtask, host);
    }

    @Override
    public void addSplitsBack(List<MongoSplit> splits, int subtask) {
        enumerator.addSplitsBack(splits, subtask);
    }

    @Override
    public void addReader(int subtask) {
        enumerator.addReader(subtask);
    }

    @Override
    public void close() {
        try {
            log.close();
        } finally {
            enumerator.close();
        }
    }
}
