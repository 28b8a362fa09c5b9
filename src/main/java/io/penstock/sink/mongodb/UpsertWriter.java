/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import io.penstock.record.ChangeRecord;
import io.penstock.record.LetterEvent;
import io.penstock.record.Namespace;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.Refusal;
import io.penstock.sink.deadletter.SetAside;
import io.penstock.sink.outage.Attempts;
import io.penstock.sink.outage.Fault;
import io.penstock.sink.outage.OutageMetrics;
import io.penstock.sink.staged.Batch;
import io.penstock.sink.staged.StagedRow;
import io.penstock.spec.MongoSinkSpec;
import io.penstock.store.Fence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/**
 * Writes the changes of one subtask into their collections, a batch at a time, and all of them before a checkpoint: what it covers is there when
 * it is complete. Runs in the writer's task thread, which a batch holds up for as long as the target is away and a checkpoint can wait; so no
 * more than a batch is buffered.
 */
final class UpsertWriter implements SinkWriter<ChangeRecord> {
    private static final int BATCH_CHANGES = 1000;
    private static final long BATCH_BYTES = 8 << 20;

    /** How long a change waits for others to be written with, in milliseconds. */
    private static final long LINGER = 100;

    private final MongoTarget target;
    private final MongoClient client;
    private final MongoSinkSpec spec;
    private final GuardedWrites writes;
    private final Fence fence;
    private final SetAside setAside;
    private final Attempts attempts;
    private final OutageMetrics outage;
    private final ProcessingTimeService timers;
    private final SinkWriterMetricGroup metrics;
    private final Map<Namespace, String> targetOf = new HashMap<>();
    private final Batch batch = new Batch();
    /** Letters whose changes are in the batch, unless a newer change of the document took their place there. */
    private final Set<String> replays = new LinkedHashSet<>();

    private final List<LetterEvent> letters = new ArrayList<>();
    private long buffered;
    private long oldest;
    private boolean isTimed;

    UpsertWriter(
            MongoTarget target,
            MongoClient client,
            OwnCollections own,
            MongoSinkSpec spec,
            Fence fence,
            DeadLetterPolicy policy,
            Duration patience,
            ProcessingTimeService timers,
            SinkWriterMetricGroup metrics) {
        this.target = target;
        this.client = client;
        this.spec = spec;
        this.writes = new GuardedWrites(own, spec.metadataField());
        this.fence = fence;
        this.setAside = new SetAside(spec.name(), policy, metrics);
        this.outage = new OutageMetrics(metrics);
        this.attempts = new Attempts(spec.name(), UpsertWriter::faultOf, patience, outage);
        this.timers = timers;
        this.metrics = metrics;
    }

    /** The job's own record is another server's, or a file: whatever is wrong with it is not the target's fault. */
    private static Fault faultOf(Throwable failure) {
        return failure instanceof NotHeldException ? new Fault(Fault.Kind.RECORD, "", "") : MongoFaults.of(failure);
    }

    @Override
    public void write(ChangeRecord change, Context context) throws IOException {
        ChangeRecord.Replay replay = change.replay();
        if (replay != null && replay.superseded()) {
            letters.add(new LetterEvent.Superseded(replay.letter()));
        } else {
            if (replay != null) {
                replays.add(replay.letter());
            }
            batch.add(targetOf.computeIfAbsent(change.namespace(), target::targetOf), change);
        }
        oldest = buffered == 0 ? System.nanoTime() : oldest;
        outage.buffered(++buffered, oldest);
        if (batch.isFull(BATCH_BYTES, BATCH_CHANGES)) {
            send();
        } else if (!isTimed) {
            isTimed = true;
            timers.registerTimer(timers.getCurrentProcessingTime() + LINGER, time -> {
                isTimed = false;
                send();
            });
        }
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
        send();
    }

    private void send() throws IOException {
        if (buffered == 0) {
            return;
        }
        List<StagedDocument> documents = new ArrayList<>();
        Map<StagedDocument, ChangeRecord> changes = new IdentityHashMap<>();
        List<Refusal> refusals = new ArrayList<>();
        for (Map.Entry<String, Collection<StagedRow>> each : batch.byTarget().entrySet()) {
            for (StagedRow row : each.getValue()) {
                try {
                    StagedDocument document = StagedDocument.of(each.getKey(), row, spec.metadataField());
                    documents.add(document);
                    changes.put(document, row.change());
                } catch (UnfitException e) {
                    refusals.add(e.of(row.change()));
                }
            }
        }
        for (RefusedWrite each : write(documents)) {
            refusals.add(each.of(changes.remove(each.document())));
        }
        settle(changes.values(), refusals);
        count(changes.keySet());
        batch.clear();
        buffered = 0;
        outage.buffered(0, 0);
    }

    private List<RefusedWrite> write(Collection<StagedDocument> documents) throws IOException {
        if (documents.isEmpty()) {
            return List.of();
        }
        String doing = "write " + documents.size() + " changes";
        try {
            return attempts.call(doing, number -> {
                requireHeld();
                try {
                    return writes.withoutOlder(writes.write(documents));
                } catch (MongoException e) {
                    throw MongoFailure.cannot(doing, e);
                }
            });
        } catch (NotHeldException e) {
            throw e.failure;
        }
    }

    private void requireHeld() throws NotHeldException {
        try {
            fence.requireHeld();
        } catch (IOException e) {
            throw new NotHeldException(e);
        }
    }

    /** Before the batch is forgotten: after a failure it comes again, and its letters are the same. */
    private void settle(Collection<ChangeRecord> written, List<Refusal> refusals) throws IOException {
        for (Refusal refusal : refusals) {
            letters.add(refusal.by(spec.name()));
            noteReplay(refusal.change());
        }
        for (ChangeRecord change : written) {
            if (noteReplay(change)) {
                letters.add(new LetterEvent.Replayed(change.replay().letter()));
            }
        }
        replays.forEach(letter -> letters.add(new LetterEvent.Superseded(letter)));
        replays.clear();
        setAside.settle((long) written.size() + refusals.size(), List.copyOf(letters));
        letters.clear();
    }

    /** Whether the change is the replay of a letter. */
    private boolean noteReplay(ChangeRecord change) {
        return change.replay() != null && replays.remove(change.replay().letter());
    }

    private void count(Collection<StagedDocument> written) {
        for (StagedDocument document : written) {
            metrics.getNumRecordsSendCounter().inc();
            metrics.getNumBytesSendCounter().inc(document.bytes());
        }
    }

    @Override
    public void close() {
        try {
            client.close();
        } finally {
            setAside.close();
            fence.close();
        }
    }

    /** Carries a failure of the fence out of the attempts. */
    private static final class NotHeldException extends IOException {
        private static final long serialVersionUID = 1L;

        private final IOException failure;

        private NotHeldException(IOException failure) {
            super(failure);
            this.failure = failure;
        }
    }
}
