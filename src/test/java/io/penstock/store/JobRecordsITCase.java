/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that write one job's record at the same time. */
class JobRecordsITCase {
    private static final int VERSIONS = FileJobRecords.KEPT * 3 / 4;
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void killAll() throws InterruptedException {
        for (Process writer : started) {
            writer.destroyForcibly().waitFor();
        }
    }

    @Test
    void ofTwoProcessesExactlyOneWinsEachVersion() throws Exception {
        List<Process> writers = List.of(writer(0), writer(1));
        begin(2);
        // However late one of them comes to run: they have raced when both have won often.
        Awaitility.await().atMost(LIMIT).until(() -> won(0).size() > VERSIONS && won(1).size() > VERSIONS);
        Files.createFile(folder.resolve("end"));
        List<Long> won = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            assertThat(writers.get(i).waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            won.addAll(won(i));
        }
        long newest = JobRecords.in(folder.toString()).read().orElseThrow().version();
        assertThat(won)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, newest).boxed().toList());
    }

    /** Whatever it was doing: the version that counts is whole, and the next can be written. */
    @Test
    void aWriterThatIsKilledLeavesNoHalfRecord() throws Exception {
        for (int i = 0; i < 3; i++) {
            Process writer = writer(i);
            begin(i + 1);
            JobRecords records = JobRecords.in(folder.toString());
            long before = records.read().map(Versioned::version).orElse(JobRecords.NONE);
            long reached = before + 3 * i;
            Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> records.read().map(Versioned::version).orElse(JobRecords.NONE) > reached);
            writer.destroyForcibly().waitFor();
            Versioned<JobRecord> left = records.read().orElseThrow();
            assertThat(left.value()).isEqualTo(Records.first());
            assertThat(records.compareAndSet(left.version(), Records.first())).isTrue();
            Files.delete(folder.resolve("go"));
        }
    }

    private Process writer(int number) throws IOException {
        Process writer = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RecordWriter.class.getName(),
                        folder.toString(),
                        folder.resolve("go").toString(),
                        folder.resolve("end").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("writer-" + number).toFile())
                .start();
        started.add(writer);
        return writer;
    }

    private void begin(int writers) throws IOException {
        Awaitility.await().atMost(LIMIT).until(() -> {
            for (int i = 0; i < writers; i++) {
                if (!Files.readString(folder.resolve("writer-" + i)).contains("ready")) {
                    return false;
                }
            }
            return true;
        });
        Files.createFile(folder.resolve("go"));
    }

    private List<Long> won(int number) throws IOException {
        return Files.readAllLines(folder.resolve("writer-" + number)).stream()
                .filter(line -> line.matches("\\d+"))
                .map(Long::valueOf)
                .toList();
    }
}
