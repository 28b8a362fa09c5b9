/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.DeadLetter;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.record.Key;
import io.penstock.record.LetterEvent;
import io.penstock.record.Namespace;
import io.penstock.record.ReplayRequest;
import io.penstock.record.SourceRecord;
import io.penstock.record.Version;
import io.penstock.source.MongoSplit;
import io.penstock.store.DeadLetters;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplayingReaderTest {
    private final CopyOnWriteArrayList<DeadLetter> requested = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean isAway;
    private volatile boolean isClosed;
    private final Records records = new Records();
    private final ReplayingReader reader = new ReplayingReader(records, Letters::new, Duration.ofMillis(1));
    private final Output output = new Output();

    private final class Letters implements DeadLetters {
        @Override
        public void settle(List<LetterEvent> events) {}

        @Override
        public long open(String sink) {
            return 0;
        }

        @Override
        public long stored(Collection<String> ids) {
            return 0;
        }

        @Override
        public List<DeadLetter> requested(Map<String, Integer> underWay, long mostBytes) throws IOException {
            asked.incrementAndGet();
            if (isAway) {
                throw new IOException("away");
            }
            return requested.stream()
                    .filter(letter -> underWay.getOrDefault(letter.id(), 0) != letter.attempts())
                    .toList();
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    /** A reader that has a record whenever it is told so. */
    private static final class Records implements SourceReader<SourceRecord, MongoSplit> {
        private CompletableFuture<Void> available = new CompletableFuture<>();
        private int polled;

        @Override
        public InputStatus pollNext(ReaderOutput<SourceRecord> output) {
            polled++;
            available = new CompletableFuture<>();
            return InputStatus.NOTHING_AVAILABLE;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return available;
        }

        @Override
        public void start() {}

        @Override
        public List<MongoSplit> snapshotState(long checkpoint) {
            return List.of();
        }

        @Override
        public void addSplits(List<MongoSplit> splits) {}

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void close() {}
    }

    private static final class Output implements ReaderOutput<SourceRecord> {
        private final List<SourceRecord> records = new ArrayList<>();

        @Override
        public void collect(SourceRecord record) {
            records.add(record);
        }

        @Override
        public void collect(SourceRecord record, long timestamp) {
            records.add(record);
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            throw new UnsupportedOperationException("the reader's own");
        }

        @Override
        public void markIdle() {
            throw new UnsupportedOperationException("what is under way would be late");
        }

        @Override
        public void markActive() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SourceOutput<SourceRecord> createOutputForSplit(String split) {
            throw new UnsupportedOperationException("there are no splits");
        }

        @Override
        public void releaseOutputForSplit(String split) {
            throw new UnsupportedOperationException("there are no splits");
        }
    }

    private static DeadLetter letter(int n, int attempts) {
        // {_id: n}
        byte[] id = {14, 0, 0, 0, 16, '_', 'i', 'd', 0, (byte) n, 0, 0, 0, 0};
        ChangeRecord change = new ChangeRecord(
                Op.DELETE,
                new Namespace("a", "b"),
                Key.of(id),
                id,
                Version.event(5L << 32),
                0,
                null,
                null,
                1,
                0,
                0,
                "1",
                null,
                null);
        return new DeadLetter("orders", change, Reason.INVALID, "121", "no", attempts);
    }

    private List<Integer> attempts() throws Exception {
        reader.isAvailable().get(1, TimeUnit.MINUTES);
        while (reader.pollNext(output) == InputStatus.MORE_AVAILABLE) {
            assertThat(records.available).isNotDone();
        }
        List<Integer> attempts = new ArrayList<>();
        output.records.forEach(
                record -> attempts.add(((ReplayRequest) record).letter().attempts()));
        output.records.clear();
        return attempts;
    }

    private void awaitAsked() {
        int before = asked.get();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> asked.get() > before + 1);
    }

    @AfterEach
    void close() throws Exception {
        reader.close();
    }

    @Test
    void itAsksOnlyBehindACheckpointOfItsOwn() throws Exception {
        requested.add(letter(1, 1));
        assertThat(reader.isAvailable()).isNotDone();
        assertThat(asked).hasValue(0);
        reader.notifyCheckpointComplete(7);
        assertThat(attempts()).containsExactly(1);
    }

    @Test
    void aLetterGoesOutOnceUntilItWasRefusedAgain() throws Exception {
        requested.addAll(List.of(letter(1, 1), letter(2, 1)));
        reader.notifyCheckpointComplete(1);
        assertThat(attempts()).containsExactly(1, 1);
        awaitAsked();
        assertThat(reader.isAvailable()).isNotDone();
        requested.set(0, letter(1, 2));
        assertThat(attempts()).containsExactly(2);
    }

    @Test
    void aPlaceThatIsAwayHoldsNobodyUp() throws Exception {
        isAway = true;
        reader.notifyCheckpointComplete(1);
        awaitAsked();
        assertThat(reader.isAvailable()).isNotDone();
        requested.add(letter(1, 1));
        isAway = false;
        assertThat(attempts()).containsExactly(1);
    }

    @Test
    void theReadersOwnRecordsGoOnAndOneFutureStandsForBoth() throws Exception {
        CompletableFuture<Void> either = reader.isAvailable();
        assertThat(reader.isAvailable()).isSameAs(either);
        records.available.complete(null);
        assertThat(either).isDone();
        assertThat(reader.pollNext(output)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
        assertThat(records.polled).isEqualTo(1);
        assertThat(reader.isAvailable()).isNotDone();
    }

    @Test
    void itClosesThePlace() throws Exception {
        reader.notifyCheckpointComplete(1);
        awaitAsked();
        close();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> isClosed);
    }
}
