/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.replay;

import io.penstock.record.DeadLetter;
import io.penstock.record.ReplayRequest;
import io.penstock.record.SourceRecord;
import io.penstock.source.MongoSplit;
import io.penstock.source.reader.ForwardingReader;
import io.penstock.store.DeadLetterTarget;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;

/**
 * A reader that sends dead letters, whose replay was asked for, among its records: one subtask's. It keeps no state of them: the place where letters are kept says
 * which are still to go. Runs in the task's thread.
 *
 * <p><b>Exactly once.</b> A letter goes out once in a life of the reader. What a completed checkpoint holds of it is settled by the sink's
 * committer with that checkpoint, or as soon as the checkpoint is restored; what none holds was never exported. So a reader that waits for the first checkpoint
 * of its own life before it asks finds settled whatever an earlier life had sent for good, and asks for the rest.
 *
 * <p>Not a source of its own: Flink 1.20.3 does not rescale a task with two inputs of which one has nothing under way in an unaligned checkpoint
 * (FLINK-38483), and reconciling would be one.
 */
public final class ReplayingReader extends ForwardingReader {
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final RequestedLetters letters;
    private CompletableFuture<Void> theirs;
    private CompletableFuture<Void> either = CompletableFuture.completedFuture(null);

    public ReplayingReader(SourceReader<SourceRecord, MongoSplit> reader, DeadLetterTarget target) {
        this(reader, target, EVERY);
    }

    ReplayingReader(SourceReader<SourceRecord, MongoSplit> reader, DeadLetterTarget target, Duration every) {
        super(reader);
        this.letters = new RequestedLetters(target, every);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<SourceRecord> output) throws Exception {
        DeadLetter letter = letters.poll();
        if (letter == null) {
            return super.pollNext(output);
        }
        output.collect(new ReplayRequest(letter), letter.change().version().timestamp());
        return InputStatus.MORE_AVAILABLE;
    }

    /** One future for as long as neither has something, so that nothing gathers at the reader's. */
    @Override
    public CompletableFuture<Void> isAvailable() {
        CompletableFuture<Void> now = super.isAvailable();
        if (now.isDone()) {
            return now;
        }
        if (now != theirs || either.isDone()) {
            CompletableFuture<Void> next = new CompletableFuture<>();
            now.whenComplete((nothing, failure) -> next.complete(null));
            letters.wake(next);
            theirs = now;
            either = next;
        }
        return either;
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) throws Exception {
        super.notifyCheckpointComplete(checkpoint);
        letters.start();
    }

    @Override
    public void close() throws Exception {
        letters.close();
        super.close();
    }
}
