/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.record.Namespace;
import io.penstock.source.MongoSplit;
import io.penstock.source.ScopeChange;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.SourceMessage;
import io.penstock.source.SourceMessage.Acknowledged;
import io.penstock.source.SourceMessage.EpochTaken;
import io.penstock.source.SourceMessage.EpochWanted;
import io.penstock.source.SourceMessage.Frontier;
import io.penstock.source.SourceMessage.ReaderStarted;
import io.penstock.source.SourceMessage.ScopeChanges;
import io.penstock.source.SourceMessage.SplitFinished;
import io.penstock.source.SourceMessage.StopAfter;
import io.penstock.source.SourceMessage.StreamProgress;
import io.penstock.source.SourceMessage.Summary;
import io.penstock.source.SourceMessage.WaitAt;
import io.penstock.source.SourceOptions;
import io.penstock.source.StreamPosition;
import io.penstock.source.StreamSplit;
import io.penstock.source.StreamSplit.NamespaceEpoch;
import io.penstock.source.Watermarks;
import io.penstock.source.enumerator.EnumeratorState.Progress;
import io.penstock.source.fetch.Retries;
import io.penstock.source.server.SourceServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses where to begin, hands out the stream and then the snapshot's splits on request, and says how far watermarks may
 * go. On the JobManager, in one thread; what asks the server runs in another and comes back to this one.
 */
public final class MongoEnumerator implements SplitEnumerator<MongoSplit, EnumeratorState> {
    private static final Logger LOG = LoggerFactory.getLogger(MongoEnumerator.class);
    private static final int NOBODY = -1;
    private static final long LOOK_AT_OPLOG_MILLIS = 30_000;

    private final SplitEnumeratorContext<MongoSplit> context;
    private final SourceOptions options;
    private final SourceServer server;
    private final RangeCutter cutter;
    private final SplitTracker splits;
    private final Passes passes;
    private final Map<Namespace, Long> taken;
    private final Map<Namespace, Progress> progress;
    private final EnumeratorMetrics metrics;
    private final Readers readers;
    private final IncrementEnd end;
    private boolean hasStarted;
    private Scopes scopes;
    private StreamSplit unassigned;
    private int owner = NOBODY;
    private long position;
    private long reached = Watermarks.NONE;
    private long stopAfter;
    private long endingCheckpoint = Long.MAX_VALUE;
    private boolean isCutting;
    private Frontier announced;

    public MongoEnumerator(
            SplitEnumeratorContext<MongoSplit> context,
            SourceOptions options,
            SourceServer server,
            EnumeratorState state) {
        this.context = context;
        this.options = options;
        this.server = server;
        this.cutter = new RangeCutter(server, options.splitBytes(), options.splitDocuments());
        this.splits = new SplitTracker(state.ranges(), state.ready(), state.open(), state.made());
        this.passes = new Passes(state.passes());
        this.taken = new HashMap<>(state.taken());
        this.progress = new HashMap<>(state.progress());
        this.hasStarted = state.hasStarted();
        // A state that does not say has the scope that it is restored with.
        this.scopes =
                new Scopes(hasStarted && state.scope() == null ? options.scope() : state.scope(), state.scopeChanges());
        this.unassigned = state.stream();
        this.stopAfter = state.stopAfter();
        this.metrics = new EnumeratorMetrics(context.metricGroup());
        this.readers = new Readers(context);
        this.end = new IncrementEnd(options.increment(), state.waitAt());
        metrics.show(splits, progress);
        metrics.incrementEnd(end.time());
    }

    /** One that has not begun. */
    public static MongoEnumerator fresh(
            SplitEnumeratorContext<MongoSplit> context, SourceOptions options, SourceServer server) {
        return new MongoEnumerator(context, options, server, EnumeratorState.initial());
    }

    @Override
    public void start() {
        context.callAsync(server::oldestChange, this::headroom, LOOK_AT_OPLOG_MILLIS, LOOK_AT_OPLOG_MILLIS);
        if (!hasStarted) {
            context.callAsync(
                    () -> Retries.call(() -> Beginning.choose(server, options), "looking at the source"), this::begin);
        } else if (scopes.differFrom(options.scope())) {
            if (options.isBounded()) {
                throw new IllegalArgumentException("the collections of a job that ends by itself cannot be changed: its"
                        + " snapshot is as of one point in time, which was chosen for those that it began with");
            }
            Scopes known = scopes;
            Set<Namespace> exported = Set.copyOf(progress.keySet());
            context.callAsync(
                    () -> Retries.call(() -> changed(known, exported), "looking at the collections"), this::change);
        }
    }

    private Scopes changed(Scopes known, Set<Namespace> exported) {
        long time = server.operationTime();
        return known.change(
                options.scope(),
                time,
                server.collections(options.scope().database()),
                exported,
                options.startup().hasSnapshot());
    }

    private void change(Scopes changed, Throwable failure) {
        rethrow(failure);
        scopes = changed;
        splits.retain(options.scope()::matches);
        progress.keySet().removeIf(namespace -> !options.scope().matches(namespace));
        ScopeChange change = scopes.changes().get(scopes.changes().size() - 1);
        LOG.info(
                "Other collections from {} on: {} entered, {} left",
                StreamPosition.at(change.time()),
                change.entered().size(),
                change.left().size());
        readers.tellReported(scopeChanges());
        assignStream();
        serve();
    }

    private ScopeChanges scopeChanges() {
        return new ScopeChanges(scopes.changes());
    }

    private void begin(Beginning beginning, Throwable failure) {
        rethrow(failure);
        long time = beginning.time();
        Map<Namespace, NamespaceEpoch> epochs = new HashMap<>();
        for (Namespace namespace : beginning.collections()) {
            epochs.put(namespace, new NamespaceEpoch(beginning.epoch(), beginning.passStart()));
            splits.add(SnapshotRange.whole(namespace, beginning.epoch(), beginning.passStart(), time));
        }
        if (!epochs.isEmpty() || options.isBounded()) {
            passes.begin(beginning.passStart());
        }
        unassigned = StreamSplit.from(StreamPosition.at(time), epochs)
                .behind(scopes.changes().size());
        scopes = scopes.begin(options.scope());
        hasStarted = true;
        LOG.info("Beginning at {} with {} collections", StreamPosition.at(time), epochs.size());
        readers.tellReported(scopeChanges());
        assignStream();
        moveEnd();
        announce();
        serve();
    }

    /** The passes under way are read at later times than were known. */
    private void moveEnd() {
        if (end.isMovedBehind(passes.greatestRead())) {
            metrics.incrementEnd(end.time());
            tellEnd();
        }
    }

    private void tellEnd() {
        if (end.time() != 0 && owner != NOBODY) {
            readers.tell(owner, new WaitAt(end.time()));
        }
    }

    private void headroom(Long oldest, Throwable failure) {
        if (failure != null) {
            LOG.debug("The oplog could not be looked at; the next time may go better", failure);
        } else if (oldest >= 0 && position != 0) {
            metrics.oplogHeadroom((position >>> 32) - oldest);
        }
    }

    @Override
    public void addReader(int subtask) {
        if (announced != null) {
            readers.tell(subtask, announced);
        }
        if (isOver()) {
            context.signalNoMoreSplits(subtask);
        }
    }

    @Override
    public void handleSplitRequest(int subtask, String host) {
        readers.asked(subtask);
        serve();
    }

    @Override
    public void addSplitsBack(List<MongoSplit> returned, int subtask) {
        readers.failed(subtask);
        if (subtask == owner) {
            owner = NOBODY;
            position = 0;
            reached = Watermarks.NONE;
        }
        for (MongoSplit split : returned) {
            if (split instanceof StreamSplit stream) {
                unassigned = stream;
            } else {
                splits.handBack((SnapshotSplit) split);
            }
        }
        assignStream();
        announce();
        serve();
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
        if (!(event instanceof SourceMessage message)) {
            throw new IllegalArgumentException("not a message of this source: " + event);
        }
        if (message instanceof ReaderStarted started) {
            started(subtask, started);
        } else if (message instanceof SplitFinished finished) {
            finished(subtask, finished.split());
        } else if (message instanceof StreamProgress made) {
            position = made.position();
            reached = made.watermark();
            announce();
        } else if (message instanceof EpochWanted wanted) {
            take(subtask, wanted);
        } else {
            throw new IllegalArgumentException("not for the enumerator: " + event);
        }
    }

    private void started(int subtask, ReaderStarted started) {
        readers.reported(subtask);
        started.open().forEach(splits::reopen);
        started.finished().forEach(split -> finished(subtask, split));
        if (isScopeKnown()) {
            readers.tell(subtask, scopeChanges());
        }
        if (started.hasStream()) {
            owner = subtask;
            if (stopAfter != 0) {
                readers.tell(subtask, new StopAfter(stopAfter));
            }
            tellEnd();
        }
        assignStream();
        serve();
    }

    private void finished(int subtask, Summary split) {
        passes.read(split.epochStart(), split.readTime());
        moveEnd();
        if (splits.finished(split)) {
            progress.computeIfPresent(
                    Namespace.parse(split.namespace()),
                    (namespace, known) -> new Progress(known.documents(), known.done() + split.documents()));
        }
        metrics.show(splits, progress);
        readers.tell(subtask, new Acknowledged(split.splitId()));
    }

    /**
     * False until it has been decided what the job's new scope changes. Nothing is read before, and nothing is dropped: a checkpoint
     * that is taken meanwhile has the former scope, and all that is under way in it.
     */
    private boolean isScopeKnown() {
        return hasStarted && !scopes.differFrom(options.scope());
    }

    /** Takes over the hold of a namespace that came by a rename or into the scope: first the hold, for all readers, then the reader's release. */
    private void take(int subtask, EpochWanted wanted) {
        Namespace namespace = Namespace.parse(wanted.namespace());
        if (Long.compareUnsigned(taken.getOrDefault(namespace, 0L), wanted.start()) < 0) {
            taken.put(namespace, wanted.start());
            passes.begin(wanted.start());
            moveEnd();
            splits.supersede(namespace, wanted.start());
            long readAt = stopAfter != 0 ? stopAfter : wanted.start();
            splits.add(SnapshotRange.whole(namespace, wanted.epoch(), wanted.start(), readAt));
            LOG.info("{} came at {}: a pass over it begins", namespace, StreamPosition.at(wanted.start()));
            announce();
            serve();
        }
        readers.tell(subtask, new EpochTaken(wanted.namespace(), wanted.start()));
    }

    private void assignStream() {
        if (unassigned == null || !isScopeKnown()) {
            return;
        }
        readers.first().ifPresent(subtask -> {
            owner = subtask;
            readers.assign(unassigned, subtask);
            unassigned = null;
            tellEnd();
        });
    }

    /** Hands out splits to those who wait; to the stream's reader last. */
    private void serve() {
        if (!isScopeKnown()) {
            return;
        }
        for (int subtask : readers.waiting()) {
            if (subtask != owner) {
                serve(subtask);
            }
        }
        if (readers.waiting().contains(owner) && readers.haveAllReported()) {
            serve(owner);
        }
        if (!readers.waiting().isEmpty() && !isCutting && splits.toCut() != null) {
            isCutting = true;
            SnapshotRange range = splits.toCut();
            context.callAsync(
                    () -> Retries.call(() -> cutter.cut(range), "finding split bounds of " + range.namespace()),
                    (cut, failure) -> cut(range, cut, failure));
        }
    }

    private void serve(int subtask) {
        if (!readers.isHere(subtask)) {
            return;
        }
        SnapshotSplit split = splits.next();
        if (split != null) {
            readers.serve(split, subtask);
        }
    }

    private void cut(SnapshotRange range, Cut cut, Throwable failure) {
        isCutting = false;
        rethrow(failure);
        if (!splits.isFirst(range)) {
            // A later pass has taken its place meanwhile.
            serve();
            return;
        }
        splits.cut(cut);
        if (cut.isGone()) {
            // So that the pass is not complete before the stream has brought the floor of what is gone.
            passes.read(range.start(), cut.goneAt());
            moveEnd();
        }
        if (range.collection() == null) {
            progress.put(range.namespace(), new Progress(cut.documents(), 0));
        }
        metrics.show(splits, progress);
        serve();
    }

    private static void rethrow(Throwable failure) {
        if (failure != null) {
            throw new FlinkRuntimeException(failure.getMessage(), failure);
        }
    }

    /** Tells every reader when the frontier has changed. */
    private void announce() {
        if (!hasStarted) {
            return;
        }
        Frontier now = new Frontier(passes.hold(), reached);
        if (!now.equals(announced)) {
            announced = now;
            readers.tellAll(now);
        }
    }

    @Override
    public EnumeratorState snapshotState(long checkpoint) {
        boolean allHeard = readers.haveAllReported();
        passes.snapshot(checkpoint, start -> allHeard && splits.isComplete(start), position);
        boolean isRead =
                hasStarted && allHeard && passes.state().keySet().stream().allMatch(splits::isComplete);
        if (isRead) {
            endingCheckpoint = Math.min(endingCheckpoint, checkpoint);
        } else {
            endingCheckpoint = Long.MAX_VALUE;
        }
        return new EnumeratorState(
                hasStarted,
                unassigned,
                stopAfter,
                passes.state(),
                splits.ranges(),
                splits.ready(),
                splits.open(),
                splits.made(),
                Map.copyOf(taken),
                Map.copyOf(progress),
                scopes.scope(),
                scopes.changes(),
                end.time());
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
        if (options.isBounded() && stopAfter == 0 && checkpoint >= endingCheckpoint && owner != NOBODY) {
            stopAfter = passes.greatestRead();
            readers.tell(owner, new StopAfter(stopAfter));
            LOG.info("The snapshot is read; the stream ends behind {}", StreamPosition.at(stopAfter));
        }
        if (passes.completed(checkpoint)) {
            LOG.info("A pass is complete; {} under way", passes.state().size());
            // A checkpoint that completes may be the savepoint that the job is stopped with, and a message to a task
            // that is ending fails the job over. So the readers of a job that goes on hear of it when the stream's
            // reader next tells its progress.
            if (options.isBounded()) {
                announce();
            }
            if (isOver()) {
                readers.end();
            }
        }
    }

    private boolean isOver() {
        return options.isBounded() && hasStarted && passes.isEmpty();
    }

    @Override
    public void close() {
        server.close();
    }
}
