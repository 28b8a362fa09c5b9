/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.source.enumerator.EnumeratorState.Progress;
import io.penstock.store.SourceProgress;
import io.penstock.store.SplitProgress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private long now;
    private final Reports reports = new Reports(() -> now);

    private static SplitProgress range(String id, long documents, boolean finished) {
        return new SplitProgress(id, "a.b", 1, null, 7, documents, 50 * documents, 100, 0, null, finished);
    }

    @Test
    void whatAllReadersToldOfACheckpointIsGivenOnceItIsComplete() {
        reports.checkpoint(1, List.of(new Progress(200, 0)), false);
        reports.add(1, List.of(range("snapshot-0", 10, false)));
        reports.checkpoint(2, List.of(new Progress(200, 0)), false);
        reports.add(2, List.of(range("snapshot-0", 60, false)));
        reports.add(2, List.of(range("snapshot-1", 40, false)));
        SourceProgress second = reports.complete(2);
        assertThat(second.splits()).extracting(SplitProgress::split).containsExactly("snapshot-0", "snapshot-1");
        assertThat(second.documents()).isEqualTo(100);
        assertThat(second.estimated()).isEqualTo(200);
        assertThat(reports.complete(1).splits()).as("passed over").isEmpty();
    }

    /** Those of a split that is read are counted by the enumerator, whether or not its reader knows that already. */
    @Test
    void whatIsFinishedIsCountedOnce() {
        reports.checkpoint(1, List.of(new Progress(100, 40)), false);
        reports.add(1, List.of(range("snapshot-0", 40, true), range("snapshot-1", 5, false)));
        assertThat(reports.complete(1).documents()).isEqualTo(45);
    }

    @Test
    void whatIsLeftIsEstimatedByThePaceSinceTheStart() {
        reports.checkpoint(1, List.of(new Progress(100, 20)), false);
        assertThat(reports.complete(1).secondsLeft()).as("no pace yet").isEmpty();
        now = TimeUnit.SECONDS.toNanos(10);
        reports.checkpoint(2, List.of(new Progress(100, 40)), false);
        assertThat(reports.complete(2).secondsLeft()).hasValue(30);
        reports.checkpoint(3, List.of(new Progress(100, 120)), false);
        assertThat(reports.complete(3).secondsLeft())
                .as("more than was estimated")
                .hasValue(0);
        reports.checkpoint(4, List.of(new Progress(100, 60)), true);
        assertThat(reports.complete(4).secondsLeft())
                .as("fewer than were estimated")
                .hasValue(0);
    }
}
