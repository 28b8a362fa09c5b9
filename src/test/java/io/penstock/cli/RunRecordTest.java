/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.spec.JobSpec;
import io.penstock.store.Author;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Desired;
import io.penstock.store.JobRecord.Start;
import io.penstock.store.JobRecords;
import io.penstock.store.RecordChangedException;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs, and a cluster in between, leave to each other in a job's record. */
class RunRecordTest {
    private static final String A = "a".repeat(32);
    private static final String B = "b".repeat(32);
    private static final Audit AUDIT = new Audit(Map.of(), sentence -> {});
    private static final Author OTHER = new Author("process 8 on bob", "2026-11-23T04:00:00Z");
    private static final String TEXT =
            """
            name: orders
            source: {uri: "mongodb://u:${PASSWORD}@h", collections: [shop.orders]}
            sinks: [{type: files, path: export}]
            pipeline: {state-dir: "%s"}
            """;

    @TempDir
    private Path folder;

    private StateFolder state;
    private JobRecords records;
    private String text;

    @BeforeEach
    void open() throws IOException {
        state = StateFolder.open(folder);
        records = JobRecords.in(folder.toString());
        text = TEXT.formatted(folder);
    }

    @AfterEach
    void close() throws IOException {
        state.close();
    }

    @Test
    void aFirstRunHasNothingToContinueFrom() throws IOException {
        try (RunRecord run = run()) {
            run.endEarlierLife(false);
            assertThat(run.latest()).isEmpty();
            assertThat(run.finished()).isFalse();
            run.forget();
        }
        assertThat(records.read()).as("nothing has begun").isEmpty();
    }

    @Test
    void aRunIsRecordedBeforeItsJobIsSubmittedAndWithoutSecrets() throws IOException {
        try (RunRecord run = run()) {
            run.begin(run.next(A, Optional.empty()));
            JobRecord running = now();
            assertThat(running.desired()).isEqualTo(Desired.RUNNING);
            assertThat(running.token()).isEqualTo(1);
            assertThat(running.flinkJob()).isEqualTo(A);
            assertThat(running.cluster()).isEmpty();
            assertThat(running.jobFile()).isEqualTo(text).contains("${PASSWORD}");
        }
        assertThat(Files.readString(folder.resolve("job/0000000001.json"))).doesNotContain("hunter2");
    }

    @Test
    void aRunThatEndedInWhateverWayLeavesAJobThatCanBeContinuedAnywhere() throws IOException {
        try (RunRecord run = run()) {
            run.begin(run.next(A, Optional.empty()));
        }
        assertThat(now().desired()).isEqualTo(Desired.PAUSED);
        assertThat(now().savepoint()).isEmpty();
    }

    @Test
    void aRunThatWasStoppedLeavesItsSavepoint() throws IOException {
        Path savepoint = complete("savepoints/" + A + "/savepoint-a");
        try (RunRecord run = run()) {
            run.begin(run.next(A, Optional.empty()));
            assertThat(run.savepoints(A)).endsWith("/savepoints/" + A);
            assertThat(run.ended(Optional.of(savepoint.toUri().toString()))).isEmpty();
        }
        assertThat(now().savepoint()).contains(savepoint.toUri().toString());
        try (RunRecord run = run()) {
            assertThat(run.latest().orElseThrow().getPath()).isEqualTo(savepoint.toString());
        }
    }

    @Test
    void aRunThatWasKilledIsTakenOverAndContinuedFromItsNewestCheckpoint() throws IOException {
        RunRecord killed = run();
        killed.begin(killed.next(A, Optional.empty()));
        Path checkpoint = complete("checkpoints/" + A + "/chk-3");
        try (RunRecord run = run()) {
            run.endEarlierLife(false);
            assertThat(now().token()).as("the killed run's token is used up").isEqualTo(2);
            Optional<org.apache.flink.core.fs.Path> from = run.latest();
            assertThat(from.orElseThrow().getPath()).isEqualTo(checkpoint.toString());
            run.begin(run.next(B, from));
            assertThat(now().token()).isEqualTo(3);
            assertThat(now().startedFrom()).contains(from.get().toString());
            assertThat(checkpoint).exists();
        }
    }

    @Test
    void aJobOnAClusterIsNotTouchedUnlessTheUserWantsIt() throws IOException {
        records.compareAndSet(JobRecords.NONE, onCluster());
        try (RunRecord run = run()) {
            assertThatThrownBy(() -> run.endEarlierLife(false))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("orders is running on the Flink cluster at http://flink:8081")
                    .hasMessageContaining("--take-over");
        }
        assertThat(records.read()).contains(new Versioned<>(1, onCluster()));
        try (RunRecord run = run()) {
            run.endEarlierLife(true);
            assertThat(now().token()).isEqualTo(2);
        }
    }

    @Test
    void aJobThatWasPausedOnAClusterIsContinuedHere() throws IOException {
        Path savepoint = complete("savepoints/" + A + "/savepoint-a");
        records.compareAndSet(
                JobRecords.NONE,
                onCluster().paused(Optional.of(savepoint.toUri().toString()), OTHER));
        try (RunRecord run = run()) {
            run.endEarlierLife(false);
            run.begin(run.next(B, run.latest()));
            assertThat(now().cluster()).isEmpty();
            assertThat(now().startedFrom()).contains("file:" + savepoint);
        }
    }

    @Test
    void whoTookOverMeanwhileIsNamedAndKeepsTheRecord() throws IOException {
        try (RunRecord run = run()) {
            run.begin(run.next(A, Optional.empty()));
            JobRecord taken = now().takenOver(OTHER);
            records.compareAndSet(1, taken);
            assertThat(run.takenOverBy()).contains(taken);
            assertThat(run.ended(Optional.of("s"))).contains(taken);
        }
        assertThat(records.read().orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void ofTwoThatStartAtTheSameTimeOneIsRefused() throws IOException {
        try (RunRecord run = run()) {
            JobRecord next = run.next(A, Optional.empty());
            records.compareAndSet(JobRecords.NONE, onCluster());
            assertThatThrownBy(() -> run.begin(next))
                    .isInstanceOf(RecordChangedException.class)
                    .hasMessageContaining("process 8 on bob");
        }
        assertThat(now()).isEqualTo(onCluster());
    }

    @Test
    void aFinishedJobIsRememberedAndForgotten() throws IOException {
        try (RunRecord run = run()) {
            run.begin(run.next(A, Optional.empty()));
            run.finish();
        }
        try (RunRecord run = run()) {
            assertThat(run.finished()).isTrue();
            run.forget();
            assertThat(run.finished()).isFalse();
            assertThat(run.next(B, Optional.empty()).token()).isEqualTo(2);
        }
    }

    @Test
    void forgettingKeepsWhatTheEmbeddedServerHolds() throws IOException {
        Files.createDirectories(state.server().resolve("log"));
        complete("checkpoints/" + A + "/chk-7");
        try (RunRecord run = run()) {
            run.begin(run.next(A, Optional.empty()));
            run.ended(Optional.empty());
            run.forget();
            assertThat(run.latest()).isEmpty();
        }
        assertThat(state.server().resolve("log")).exists();
        assertThat(folder.resolve("checkpoints/" + A)).doesNotExist();
    }

    /** What versions without a record wrote. */
    @Test
    void anOldPointerBecomesARecordOnce() throws IOException {
        Path checkpoint = complete("checkpoints/" + A + "/chk-3");
        Path pointer = Files.writeString(
                state.oldPointer(),
                "{\"job\":\"" + B + "\",\"continuedFrom\":\"" + checkpoint + "\",\"finished\":false}");
        try (RunRecord run = run()) {
            run.endEarlierLife(false);
            assertThat(run.latest().orElseThrow().getPath()).isEqualTo(checkpoint.toString());
        }
        assertThat(pointer).doesNotExist();
        assertThat(now().flinkJob()).isEqualTo(B);
        // Killed between the two steps: the record counts.
        Files.writeString(pointer, "{\"job\":\"" + A + "\",\"finished\":true}");
        try (RunRecord run = run()) {
            assertThat(run.finished()).isFalse();
        }
        assertThat(pointer).doesNotExist();
    }

    @Test
    void anOldPointerOfAFinishedJobToo() throws IOException {
        Files.writeString(state.oldPointer(), "{\"job\":\"" + A + "\",\"finished\":true}");
        try (RunRecord run = run()) {
            assertThat(run.finished()).isTrue();
        }
    }

    @Test
    void anUnreadablePointerIsNotTakenForAFirstStart() throws IOException {
        Files.writeString(state.oldPointer(), "{");
        assertThatThrownBy(this::run).isInstanceOf(Failure.class).hasMessageContaining("continue.json");
        assertThat(state.oldPointer()).exists();
    }

    private RunRecord run() throws IOException {
        return RunRecord.open(
                state, JobSpec.parse("orders.yaml", text, Map.of("PASSWORD", "hunter2")::get), text, AUDIT);
    }

    private JobRecord now() throws IOException {
        return records.read().orElseThrow().value();
    }

    private JobRecord onCluster() {
        return JobRecord.first("orders", new Start(A, Optional.empty(), text, Optional.of("http://flink:8081")), OTHER);
    }

    /** Only the first bytes of what Flink writes: where the number is. */
    private Path complete(String path) throws IOException {
        Path checkpoint = Files.createDirectories(folder.resolve(path));
        Files.write(
                checkpoint.resolve("_metadata"),
                new byte[] {0x49, 0x60, 0x67, 0x2d, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 7});
        return checkpoint;
    }
}
