/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.deadletter.Refusal;
import io.penstock.sink.outage.Fault;
import io.penstock.sink.outage.FaultTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A writer whose target is slow, away, or broken. */
@Timeout(120)
class StagingWriterTest {
    private static final Namespace CITIES = new Namespace("geo", "cities");
    private static final byte[] A_MEGABYTE = new byte[1 << 20];

    private final Slow target = new Slow();
    private final StagingWriter writer = Scene.writer(target, 0, 0);

    @AfterEach
    void close() throws InterruptedException {
        target.gate.countDown();
        writer.close();
    }

    /** An area that answers when a gate is open, and fails as it is told to. */
    private static final class Slow implements StagedTarget {
        private static final long serialVersionUID = 1L;
        private final transient CountDownLatch gate = new CountDownLatch(1);
        private final transient List<String> added = Collections.synchronizedList(new ArrayList<>());
        private final transient List<Added> befores = Collections.synchronizedList(new ArrayList<>());
        private final transient AtomicInteger opened = new AtomicInteger();
        private final transient AtomicInteger closed = new AtomicInteger();
        private volatile String failure;
        private volatile int failures;

        @Override
        public String targetOf(Namespace namespace) {
            return namespace.collection();
        }

        @Override
        public StagingArea openArea(String sink) {
            opened.incrementAndGet();
            return new StagingArea() {
                @Override
                public int removeLeftovers(Leftover leftover) {
                    return 0;
                }

                @Override
                public List<Refusal> add(
                        Stage.Name stage, int subtask, String table, Collection<StagedRow> rows, Added before)
                        throws IOException {
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        throw new IOException("interrupted", e);
                    }
                    befores.add(before);
                    if (failures-- > 0) {
                        throw new IOException(failure);
                    }
                    rows.forEach(row -> added.add(row.change().key().toString()));
                    return List.of();
                }

                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            };
        }

        @Override
        public StageApplier openApplier(String sink) {
            throw new UnsupportedOperationException("writers only");
        }

        @Override
        public FaultTable faults() {
            return failure -> new Fault(
                    "away".equals(failure.getMessage()) ? Fault.Kind.TRANSIENT : Fault.Kind.SYSTEMIC, "", "Mend it");
        }
    }

    private static ChangeRecord change(int key, byte[] content) {
        BsonDocument document = new BsonDocument("_id", new BsonInt32(key)).append("content", new BsonBinary(content));
        return Changes.insert(
                CITIES,
                "{_id: " + key + "}",
                Version.event(Changes.clusterTime(1_760_000_000L, key + 1)),
                Changes.bson(document));
    }

    @Test
    void itTakes32MegabytesWhileTheTargetDoesNotAnswerThenWaitsAndKeepsTheOrder() throws Exception {
        AtomicInteger written = new AtomicInteger();
        AtomicReference<Exception> failure = new AtomicReference<>();
        Thread task = new Thread(() -> {
            try {
                for (int key = 0; key < 60; key++) {
                    writer.write(change(key, A_MEGABYTE), null);
                    written.incrementAndGet();
                }
            } catch (IOException | InterruptedException e) {
                failure.set(e);
            }
        });
        task.start();
        await().atMost(Duration.ofMinutes(1)).until(() -> task.getState() == Thread.State.WAITING);
        assertThat(written.get()).isBetween(24, 32);
        target.gate.countDown();
        task.join();
        writer.flush(false);
        assertThat(failure.get()).isNull();
        List<String> keys = new ArrayList<>();
        for (int key = 0; key < 60; key++) {
            keys.add(change(key, new byte[0]).key().toString());
        }
        assertThat(target.added).isEqualTo(keys);
        assertThat(writer.prepareCommit())
                .singleElement()
                .extracting(Stage::rows)
                .isEqualTo(60L);
    }

    @Test
    void manySmallChangesAreBoundedByWhatTheyTakeInMemory() throws Exception {
        AtomicInteger written = new AtomicInteger();
        Thread task = new Thread(() -> {
            try {
                for (int key = 0; key < 200_000; key++) {
                    writer.write(change(key, new byte[0]), null);
                    written.incrementAndGet();
                }
            } catch (IOException | InterruptedException e) {
                written.set(-1);
            }
        });
        task.start();
        await().atMost(Duration.ofMinutes(1)).until(() -> task.getState() == Thread.State.WAITING);
        assertThat(written.get()).isBetween(20_000, 80_000);
        task.interrupt();
        task.join();
        assertThat(written.get()).as("a cancelled task ends its waiting").isEqualTo(-1);
    }

    @Test
    void whatFailsForAWhileIsRepeatedByAnAreaThatIsOpenedAnew() throws Exception {
        target.failure = "away";
        target.failures = 3;
        target.gate.countDown();
        writer.write(change(1, new byte[0]), null);
        writer.flush(false);
        writer.write(change(2, new byte[0]), null);
        writer.flush(false);
        assertThat(target.added).hasSize(2);
        assertThat(target.befores)
                .containsExactly(
                        new Added(0, 0, 1),
                        new Added(0, 0, 2),
                        new Added(0, 0, 3),
                        new Added(0, 0, 4),
                        new Added(1, 1, 1));
        assertThat(target.opened.get()).isEqualTo(4);
        assertThat(target.closed.get()).isEqualTo(3);
    }

    @Test
    void whatDoesNotPassFailsTheNextWriteAndEveryFlush() throws Exception {
        target.failure = "disk full";
        target.failures = 1;
        target.gate.countDown();
        writer.write(change(1, new byte[0]), null);
        assertThatThrownBy(() -> writer.flush(false)).hasMessage("Sink sink: disk full. Mend it");
        assertThatThrownBy(() -> writer.write(change(2, new byte[0]), null)).hasMessageContaining("disk full");
        assertThatThrownBy(() -> writer.flush(false)).hasMessageContaining("disk full");
        assertThat(target.added).isEmpty();
    }

    @Test
    void closedWhileTheTargetDoesNotAnswerItEndsAndClosesTheArea() throws Exception {
        writer.write(change(1, new byte[0]), null);
        Thread flush = new Thread(() -> assertThatThrownBy(() -> writer.flush(false)));
        flush.start();
        await().atMost(Duration.ofMinutes(1)).until(() -> target.opened.get() == 1);
        writer.close();
        assertThat(target.closed.get()).isEqualTo(1);
        flush.interrupt();
        flush.join();
        assertThat(target.added).isEmpty();
    }
}
