/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RunViewTest {
    private final StringWriter out = new StringWriter();

    @Test
    void ratesAreOverTheTimeBetweenTwoMoments() {
        RunStatus before = at(0, 1000, 0, 900);
        RunStatus now = at(2000, 3000, 400, 2900);
        assertThat(RunView.line(now, before)).contains("read 1,200/s", "exported 2,900 (1,000/s)", "lag 1.5 s");
    }

    @Test
    void numbersThatBeginAnewAfterAFailureAreNoNegativeRate() {
        assertThat(at(2000, 10, 0, 10).readPerSecond(at(0, 5000, 0, 5000))).isZero();
    }

    @Test
    void aSnapshotShowsItsShareUntilItIsRead() {
        TreeMap<String, RunStatus.SnapshotProgress> progress = new TreeMap<>(
                Map.of("a.x", new RunStatus.SnapshotProgress(250, 1000), "a.y", new RunStatus.SnapshotProgress(7, 7)));
        RunStatus now = new RunStatus(millis(1000), 250, 0, 0, OptionalLong.empty(), 0, progress);
        assertThat(RunView.line(now, at(0, 0, 0, 0)))
                .contains("a.x 250 of 1,000 rows (25 %)", "lag -")
                .doesNotContain("a.y");
    }

    @Test
    void rowsOfASplitThatIsOpenCountForTheCollectionsThatAreNotDoneInTheirOrder() {
        Map<String, RunStatus.SnapshotProgress> progress = RunMetrics.snapshots(
                Map.of("a.x", 1000L, "a.y", 0L), Map.of("a.x", 1000L, "a.y", 500L, "a.z", 300L), 1100);
        assertThat(progress)
                .containsEntry("a.x", new RunStatus.SnapshotProgress(1000, 1000))
                .containsEntry("a.y", new RunStatus.SnapshotProgress(100, 500))
                .containsEntry("a.z", new RunStatus.SnapshotProgress(0, 300));
    }

    @Test
    void aSplitThatIsOpenIsNeverShownAsDone() {
        assertThat(RunMetrics.snapshots(Map.of("a.x", 0L), Map.of("a.x", 100L), 120))
                .containsEntry("a.x", new RunStatus.SnapshotProgress(99, 100));
    }

    @Test
    void afterARestartInTheMiddleOnlyWholeSplitsAreKnown() {
        assertThat(RunMetrics.snapshots(Map.of("a.x", 60L), Map.of("a.x", 100L), 10))
                .containsEntry("a.x", new RunStatus.SnapshotProgress(60, 100));
    }

    @Test
    void aLogGetsALineNowAndThenATerminalOneThatIsDrawnOver() {
        RunView log = new RunView(new PrintWriter(out), false);
        long start = System.nanoTime();
        for (int second = 1; second <= 25; second++) {
            log.update(new RunStatus(
                    start + Duration.ofSeconds(second).toNanos(), second, 0, 0, OptionalLong.empty(), 0, Map.of()));
        }
        assertThat(out.toString().lines()).hasSize(3);
        out.getBuffer().setLength(0);

        RunView terminal = new RunView(new PrintWriter(out), true);
        terminal.update(
                new RunStatus(start + Duration.ofSeconds(5).toNanos(), 1, 0, 0, OptionalLong.empty(), 0, Map.of()));
        terminal.say("stopped");
        assertThat(out.toString()).startsWith("\r\033[K").endsWith("\r\033[Kstopped" + System.lineSeparator());
    }

    private static RunStatus at(long millis, long rows, long events, long changes) {
        return new RunStatus(millis(millis), rows, events, changes, OptionalLong.of(1500), 0, Map.of());
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
