/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import static io.penstock.store.Records.A;
import static io.penstock.store.Records.ANN;
import static io.penstock.store.Records.B;
import static io.penstock.store.Records.BOB;
import static io.penstock.store.Records.first;
import static io.penstock.store.Records.onCluster;
import static io.penstock.store.Records.start;
import static io.penstock.store.Records.startFrom;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.store.JobRecord.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditedRecordsTest {
    @TempDir
    private Path state;

    private final Listed log = new Listed();
    private final List<String> complaints = new ArrayList<>();
    private JobRecords records;
    private Versioned<JobRecord> now;

    @BeforeEach
    void begin() throws IOException {
        records = new AuditedRecords(
                JobRecords.in(state.toString()),
                log,
                (before, after) -> after.contains("#") ? Map.of() : Map.of("changed", "sinks"),
                Map.of("command", "test"),
                complaints::add);
        now = records.write(Optional.empty(), first());
    }

    @Test
    void eachVerbIsAnEntryOfItsOwnThatNamesTheVersionOfTheRecord() throws IOException {
        next(now.value().paused(Optional.of("file:/s/savepoint-1"), BOB));
        next(now.value().started(startFrom(B, "file:/s/savepoint-1"), BOB));
        next(now.value().takenOver(BOB));
        next(now.value().rolledBack(7L << 32, "file:/s/savepoint-1", BOB));
        next(now.value().started(onCluster(A), BOB));
        next(now.value().cancelled(BOB));
        next(now.value().forgotten(BOB));
        next(now.value().started(start(B), BOB));
        next(now.value().finished(BOB));
        assertThat(log.actions())
                .containsExactly(
                        "start",
                        "pause",
                        "resume",
                        "takeover",
                        "rollback",
                        "start",
                        "cancel",
                        "forget",
                        "start",
                        "finish");
        assertThat(log.entries)
                .extracting(entry -> entry.event().details().get("record"))
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
        assertThat(log.entries).extracting(AuditEntry::by).contains(ANN.by(), BOB.by());
        assertThat(log.problems()).isEmpty();
        assertThat(log.details(1))
                .containsEntry("savepoint", "file:/s/savepoint-1")
                .containsEntry("command", "test");
        assertThat(log.details(2)).containsEntry("from", "file:/s/savepoint-1").containsEntry("token", "2");
        assertThat(log.details(3))
                .containsEntry("token", "3")
                .containsEntry("flinkJob", B)
                .containsEntry("from", "started by process 8 on bob, since 2026-11-23T04:00:00Z");
        assertThat(log.details(4))
                .containsEntry("sourceTime", "0000000700000000")
                .containsEntry("revision", "1");
        assertThat(log.details(5)).containsEntry("cluster", "http://flink:8081").containsEntry("from", "the beginning");
    }

    @Test
    void thatCheckpointsWereLostIsAnEntryThatSaysWhereTheStreamHadBeen() throws IOException {
        next(now.value().takenOver(BOB));
        JobRecord lost = now.value().checkpointsLost(7L << 32, BOB);
        now = records.write(Optional.of(now), lost, Map.of("position", "0000000500000001"));
        assertThat(log.actions()).containsExactly("start", "takeover", "checkpoints-lost");
        assertThat(log.details(2))
                .containsEntry("sourceTime", "0000000700000000")
                .containsEntry("revision", "1")
                .containsEntry("position", "0000000500000001")
                .containsEntry("flinkJob", A)
                .containsEntry("record", "3")
                .doesNotContainKey("to");
        assertThat(log.problems()).isEmpty();
    }

    @Test
    void aChangedJobFileIsAnEntryBeforeTheStart() throws IOException {
        next(now.value().paused(Optional.empty(), BOB));
        next(now.value().started(new Start(B, Optional.of("file:/s/1"), "name: other\n", Optional.empty()), BOB));
        assertThat(log.actions()).containsExactly("start", "pause", "configure", "resume");
        assertThat(log.details(2))
                .containsEntry("changed", "sinks")
                .containsEntry("jobFileBefore", log.details(0).get("jobFile"))
                .containsEntry("jobFile", log.details(3).get("jobFile"))
                .containsEntry("record", "3");
        next(now.value().paused(Optional.empty(), BOB));
        next(now.value().started(new Start(A, Optional.of("file:/s/1"), "name: other # x\n", Optional.empty()), BOB));
        assertThat(log.actions()).as("only a comment").endsWith("pause", "resume");
    }

    @Test
    void whoeverWasTooLateLeavesNoTrace() throws IOException {
        Versioned<JobRecord> old = now;
        next(now.value().paused(Optional.empty(), BOB));
        assertThatThrownBy(() -> records.write(Optional.of(old), old.value().takenOver(ANN)))
                .isInstanceOf(RecordChangedException.class);
        assertThat(log.actions()).containsExactly("start", "pause");
    }

    @Test
    void whatCouldNotBeEnteredIsSaidAndEnteredByTheNext() throws IOException {
        log.broken = true;
        next(now.value().paused(Optional.empty(), BOB));
        assertThat(complaints).hasSize(1).first().asString().contains("the audit log could not be written: no disk");
        log.broken = false;
        next(now.value().started(start(B), ANN));
        assertThat(log.actions()).containsExactly("start", "found", "start");
        assertThat(log.details(1))
                .containsEntry("record", "2")
                .containsEntry("desired", "paused")
                .containsEntry("writtenBy", BOB.by())
                .containsEntry("writtenAt", BOB.at());
        assertThat(log.problems()).isEmpty();
    }

    @Test
    void twoThatCouldNotBeEnteredAreAGapThatTheCheckNames() throws IOException {
        log.broken = true;
        next(now.value().paused(Optional.empty(), BOB));
        next(now.value().started(start(B), ANN));
        log.broken = false;
        next(now.value().finished(ANN));
        assertThat(log.actions()).containsExactly("start", "found", "finish");
        assertThat(log.problems())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("version 2 of the job's record has no entry");
    }

    private void next(JobRecord record) throws IOException {
        now = records.write(Optional.of(now), record);
    }

    /** In memory: what is tested is which entries are made, not how they are kept. */
    private static final class Listed implements AuditLog {
        private final List<AuditEntry> entries = new ArrayList<>();
        private boolean broken;

        @Override
        public AuditEntry append(AuditEvent event, Author author) throws IOException {
            if (broken) {
                throw new IOException("no disk");
            }
            Optional<AuditEntry> last =
                    entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(entries.size() - 1));
            entries.add(AuditEntry.after(last, "orders", author, event));
            return entries.get(entries.size() - 1);
        }

        @Override
        public OptionalLong lastRecord() {
            return entries.stream()
                    .mapToLong(entry -> Long.parseLong(entry.event().details().get("record")))
                    .reduce((one, next) -> next);
        }

        @Override
        public void read(Consumer<AuditEntry> reader) {
            entries.forEach(reader);
        }

        private List<String> actions() {
            return entries.stream().map(entry -> entry.event().action()).toList();
        }

        private Map<String, String> details(int index) {
            return entries.get(index).event().details();
        }

        private List<String> problems() {
            AuditChain chain = new AuditChain("orders");
            entries.forEach(chain::add);
            return chain.problems();
        }
    }
}
