/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import static io.penstock.store.Records.ANN;
import static io.penstock.store.Records.B;
import static io.penstock.store.Records.BOB;
import static io.penstock.store.Records.first;
import static io.penstock.store.Records.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJobRecordsTest {
    private static final int MANY = FileJobRecords.KEPT + 15;

    @TempDir
    private Path state;

    private JobRecords records;

    @BeforeEach
    void open() throws IOException {
        records = JobRecords.in(state.toString());
    }

    @Test
    void thereIsNoneBeforeTheFirst() throws IOException {
        assertThat(records.read()).isEmpty();
    }

    @Test
    void theGreatestVersionCounts() throws IOException {
        JobRecord paused = first().paused(Optional.of("s"), ANN);
        assertThat(records.compareAndSet(JobRecords.NONE, first())).isTrue();
        assertThat(records.compareAndSet(1, paused)).isTrue();
        assertThat(records.read()).contains(new Versioned<>(2, paused));
    }

    @Test
    void whoExpectsAnotherVersionWritesNothing() throws IOException {
        records.compareAndSet(JobRecords.NONE, first());
        for (long expected : new long[] {JobRecords.NONE, 2, 3}) {
            assertThat(records.compareAndSet(expected, first().cancelled(BOB))).isFalse();
        }
        assertThat(records.read()).contains(new Versioned<>(1, first()));
        assertThatThrownBy(() -> records.write(Optional.empty(), first()))
                .isInstanceOf(RecordChangedException.class)
                .hasMessageContaining("process 7 on ann, at 2026-11-23T03:00:00Z; it is now running");
    }

    @Test
    void aFewOldVersionsAreKept() throws IOException {
        grow(MANY);
        assertThat(versions()).hasSize(FileJobRecords.KEPT).contains("0000000016.json", "0000000215.json");
        assertThat(records.read().orElseThrow().version()).isEqualTo(MANY);
    }

    /** It looked, was stopped for long, and goes on when the name that it wants has been used and removed. */
    @Test
    void aWriterThatWasFrozenMeanwhileDoesNotWin() throws IOException {
        RecordFolder folder = new LocalRecordFolder(state.resolve("job"));
        FileJobRecords frozen = new FileJobRecords(new Delegating(folder) {
            @Override
            public boolean create(String name, byte[] content) throws IOException {
                grow(MANY);
                return super.create(name, content);
            }
        });
        assertThat(frozen.compareAndSet(JobRecords.NONE, first())).isFalse();
        assertThat(versions()).doesNotContain("0000000001.json");
        assertThat(records.read().orElseThrow().version()).isEqualTo(MANY);
    }

    @Test
    void aVersionThatIsRemovedWhileItIsReadIsLookedForAgain() throws IOException {
        records.compareAndSet(JobRecords.NONE, first());
        FileJobRecords reader = new FileJobRecords(new Delegating(new LocalRecordFolder(state.resolve("job"))) {
            @Override
            public byte[] read(String name) throws IOException {
                if (name.equals("0000000001.json")) {
                    grow(MANY - 1);
                }
                return super.read(name);
            }
        });
        assertThat(reader.read().orElseThrow().version()).isEqualTo(MANY);
    }

    @Test
    void aHalfWrittenDraftIsNotSeen() throws IOException {
        records.compareAndSet(JobRecords.NONE, first());
        Files.writeString(state.resolve("job/.draft-x"), "{\"form");
        assertThat(records.read()).contains(new Versioned<>(1, first()));
        assertThat(records.compareAndSet(1, first().cancelled(BOB))).isTrue();
    }

    @Test
    void anUnreadableVersionIsNamedAndNotPassedOver() throws IOException {
        records.compareAndSet(JobRecords.NONE, first());
        Path broken = Files.writeString(state.resolve("job/0000000002.json"), "{");
        assertThatThrownBy(() -> records.read())
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining(broken.toString());
    }

    @Test
    void ofManyThreadsExactlyOneWinsEachVersion() throws Exception {
        assertThat(raced(records)).containsOnly(1L);
    }

    /** As HDFS renames: in one step, and not onto a file that is there. */
    @Test
    void theSameOnAFileSystemThatRenames() throws Exception {
        JobRecords renaming = new FileJobRecords(new RemoteRecordFolder(
                new LocalFileSystem() {
                    @Override
                    public boolean rename(org.apache.flink.core.fs.Path from, org.apache.flink.core.fs.Path to) {
                        try {
                            Files.createLink(Path.of(to.getPath()), Path.of(from.getPath()));
                            return true;
                        } catch (IOException e) {
                            return false;
                        }
                    }

                    @Override
                    public FileStatus[] listStatus(org.apache.flink.core.fs.Path folder) throws IOException {
                        return java.util.Arrays.stream(Optional.ofNullable(super.listStatus(folder))
                                        .orElse(new FileStatus[0]))
                                .filter(java.util.Objects::nonNull)
                                .toArray(FileStatus[]::new);
                    }
                },
                new org.apache.flink.core.fs.Path(state.resolve("job").toUri())));
        assertThat(renaming.read()).isEmpty();
        assertThat(raced(renaming)).containsOnly(1L);
        assertThat(renaming.read()).isEqualTo(records.read());
        assertThat(versions()).noneMatch(name -> name.startsWith(".draft"));
    }

    @Test
    void anObjectStoreIsRefused() {
        assertThatThrownBy(() -> JobRecords.in("s3://bucket/state"))
                .isInstanceOf(UnsupportedStoreException.class)
                .hasMessageContaining("s3://bucket/state")
                .hasMessageContaining("flink run");
    }

    /** How many of four threads won each of fifty versions. */
    private static List<Long> raced(JobRecords records) throws Exception {
        int threads = 4;
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Long> winners = new ArrayList<>();
            for (long version = 0; version < 50; version++) {
                long expected = version;
                Callable<Boolean> attempt = () -> {
                    together.await();
                    return records.compareAndSet(expected, first());
                };
                long won = 0;
                for (Future<Boolean> one : pool.invokeAll(List.of(attempt, attempt, attempt, attempt))) {
                    won += one.get() ? 1 : 0;
                }
                winners.add(won);
            }
            return winners;
        } finally {
            pool.shutdownNow();
        }
    }

    private void grow(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            Optional<Versioned<JobRecord>> read = records.read();
            records.write(
                    read,
                    read.isEmpty()
                            ? first()
                            : first().paused(Optional.empty(), ANN).started(start(B), BOB));
        }
    }

    private List<String> versions() throws IOException {
        return new LocalRecordFolder(state.resolve("job")).list();
    }

    private static class Delegating implements RecordFolder {
        private final RecordFolder folder;

        Delegating(RecordFolder folder) {
            this.folder = folder;
        }

        @Override
        public List<String> list() throws IOException {
            return folder.list();
        }

        @Override
        public byte[] read(String name) throws IOException {
            return folder.read(name);
        }

        @Override
        public boolean create(String name, byte[] content) throws IOException {
            return folder.create(name, content);
        }

        @Override
        public void delete(String name) throws IOException {
            folder.delete(name);
        }

        @Override
        public String describe(String name) {
            return folder.describe(name);
        }
    }
}
