/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.record.Namespace;
import io.penstock.record.PassMark;
import io.penstock.record.Version;
import io.penstock.window.WindowInput.Announced;
import io.penstock.window.WindowInput.Changed;
import io.penstock.window.WindowInput.Marked;
import io.penstock.window.WindowOutput.Passed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the digests of each namespace, and seals its windows one after the other, by the watermark alone. Keyed by namespace, in one
 * subtask: a window costs it one record from each subtask before it, and the committer behind it needs files and manifests in one order.
 *
 * <p><b>What a manifest holds is complete.</b> Every sum, mark and file of a window reaches this operator before the watermark that closes it:
 * each sender hands it over before it forwards that watermark, and a watermark is the least of all senders'. <b>And it is exact:</b> state,
 * sums under way and the files' own state belong to one checkpoint; what was sealed after it is sealed again, with the same content.
 *
 * <pre>
 *   sums of window 7, from two subtasks   d1 ....... d2
 *   files of window 7                        f1 ........ f2
 *   watermark: 7 is over                                     W
 *   to the committer                         f1 ........ f2  manifest 7 (d1 + d2, f1, f2), W
 * </pre>
 *
 * <p>At the end of the input the watermark jumps to its maximum, which says nothing about windows that are under way: it closes none, but for a
 * job that exports one point in time and then ends.
 */
final class SealOperator extends AbstractStreamOperator<WindowOutput>
        implements OneInputStreamOperator<WindowInput, WindowOutput>, Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(SealOperator.class);

    private static final ListStateDescriptor<Beginning> BEGINNING =
            new ListStateDescriptor<>("beginning", Beginning.TYPE);
    private static final ListStateDescriptor<RootChain> ROOTS = new ListStateDescriptor<>("roots", RootChain.TYPE);
    private static final ValueStateDescriptor<Chain> CHAIN = new ValueStateDescriptor<>("chain", Chain.TYPE);
    private static final ValueStateDescriptor<Buckets> CONTENT = new ValueStateDescriptor<>("content", Buckets.TYPE);
    private static final MapStateDescriptor<Long, WindowDelta> PENDING =
            new MapStateDescriptor<>("pending", Types.LONG, WindowDelta.TYPE);
    private static final ListStateDescriptor<Artifact> ARTIFACTS =
            new ListStateDescriptor<>("artifacts", Artifact.TYPE);

    private final SealOptions options;
    private final WindowLength length;

    private transient InternalTimerService<VoidNamespace> timers;
    private transient ListState<Beginning> beginnings;
    private transient Beginning beginning;
    private transient ValueState<Chain> chains;
    /** The collection's buckets at the end of the last window that was closed. */
    private transient ValueState<Buckets> contents;

    private transient MapState<Long, WindowDelta> pending;
    private transient ListState<Artifact> artifacts;
    private transient ListState<RootChain> rootChains;
    private transient RootChain rootChain;
    private transient Sealer sealer;
    private transient Counter sealed;
    private transient long sealedUntil;

    SealOperator(SealOptions options) {
        this.options = options;
        this.length = WindowLength.of(options.every());
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        beginnings = context.getOperatorStateStore().getListState(BEGINNING);
        for (Beginning restored : beginnings.get()) {
            beginning = restored;
        }
        rootChains = context.getOperatorStateStore().getListState(ROOTS);
        rootChain = RootChain.EMPTY;
        for (RootChain restored : rootChains.get()) {
            rootChain = restored;
        }
        if (beginning == null) {
            long origin = context.isRestored() ? Beginning.OLDER : 0;
            int generation = options.generations().next(1);
            long lostAt = context.isRestored() ? 0 : options.lostAt();
            beginning = new Beginning(origin, 0, generation, options.rollbacks(), List.of(), lostAt);
            if (lostAt != 0) {
                beginBehindLostCheckpoints(lostAt);
            }
            if (context.isRestored()) {
                LOG.warn(
                        "The job is older than its windows: what its targets held then is not known, so nothing is sealed");
            }
        } else if (options.rollbacks() > beginning.rollbacks()) {
            beginning = new Beginning(
                    beginning.origin(),
                    beginning.greatestRead(),
                    options.generations().next(beginning.latest() + 1),
                    options.rollbacks(),
                    List.of(),
                    beginning.lostAt());
            rootChain = rootChain.beginning(RootText.begins("rollback", rootChain, superseded()));
            LOG.info("The job was rolled back: generation {} of its manifests begins", beginning.generation());
        }
    }

    private void beginBehindLostCheckpoints(long lostAt) throws IOException {
        rootChain = options.generations().lastRoot().map(RootChain::behind).orElse(RootChain.EMPTY);
        rootChain = rootChain.beginning(RootText.checkpointsLost(rootChain, superseded(), lostAt));
        LOG.info("The job's checkpoints are lost: generation {} of its manifests begins", beginning.generation());
    }

    /** The manifests behind the last root that is known. */
    private List<SealOptions.Superseded> superseded() throws IOException {
        return rootChain.hash() == null ? List.of() : options.generations().behind(rootChain.window());
    }

    @Override
    public void open() throws Exception {
        super.open();
        Signer signer = options.signingKey() == null
                ? null
                : Signer.of(options.signingKey().get());
        timers = getInternalTimerService("windows", VoidNamespaceSerializer.INSTANCE, this);
        chains = getRuntimeContext().getState(CHAIN);
        contents = getRuntimeContext().getState(CONTENT);
        pending = getRuntimeContext().getMapState(PENDING);
        artifacts = getRuntimeContext().getListState(ARTIFACTS);
        sealer = new Sealer(rootChain, signer, sealing -> output.collect(new StreamRecord<>(sealing)));
        MetricGroup metrics = getMetricGroup().addGroup("windows");
        sealed = metrics.counter("sealed");
        metrics.gauge("lastSealedWindowEnd", () -> sealedUntil);
        metrics.gauge("sealsNothing", () -> beginning.origin() == Beginning.OLDER ? 1 : 0);
    }

    @Override
    public void processElement(StreamRecord<WindowInput> element) throws Exception {
        WindowInput input = element.getValue();
        if (input instanceof Changed changed) {
            WindowDelta known = pending.get(changed.window());
            pending.put(changed.window(), known == null ? changed.delta() : known.plus(changed.delta()));
            waitFor(chain(), changed.window());
        } else if (input instanceof Announced announced) {
            if (announced.artifact().isTold()) {
                artifacts.add(announced.artifact().withoutCommittable());
            }
            output.collect(new StreamRecord<>(new Passed(announced.artifact())));
        } else {
            mark(((Marked) input).mark());
        }
    }

    private void mark(PassMark mark) throws Exception {
        if (mark.kind() == PassMark.Kind.ORIGIN) {
            beginning = beginning.from(mark.passStart());
            return;
        }
        Chain chain = chain();
        if (mark.kind() == PassMark.Kind.LOST) {
            lost(chain, mark);
            return;
        }
        Passes passes = endedUnlisted(chain, mark) ? chain.passes().with(unlisted(mark)) : chain.passes();
        chain = chain.with(mark.epoch(), passes.with(mark));
        chains.update(chain);
        if (mark.kind() == PassMark.Kind.READ) {
            beginning = beginning.readAt(mark.version().clusterTime());
        }
        if (mark.kind() != PassMark.Kind.ENDED) {
            waitFor(chain, length.windowOf(mark.passStart()));
        }
    }

    private void lost(Chain chain, PassMark mark) throws Exception {
        Gap gap = new Gap(mark.version().clusterTime(), mark.passStart());
        if (mark.namespace().equals(PassMark.EVERYWHERE)) {
            beginning = beginning.lost(gap);
            LOG.warn("History was lost: generation {} of the manifests begins", beginning.latest());
        } else {
            chains.update(chain.with(gap));
        }
    }

    /**
     * Whether a collection was gone before the collections were listed, though there may have been changes of it since the stream began: what
     * it held then was never read. As long as rows are read the watermark is held below the stream's beginning.
     */
    private boolean endedUnlisted(Chain chain, PassMark mark) {
        return mark.kind() == PassMark.Kind.ENDED
                && chain.passes().passes().isEmpty()
                && beginning.isComplete()
                && timers.currentWatermark() < Version.timestamp(beginning.origin());
    }

    private PassMark unlisted(PassMark mark) {
        return PassMark.begun(mark.namespace(), mark.epoch(), beginning.origin());
    }

    private Chain chain() throws Exception {
        Chain chain = chains.value();
        return chain == null ? Chain.EMPTY : chain;
    }

    /** Sees to it that a window of the namespace will be closed, and the ones behind it. */
    private void waitFor(Chain chain, long window) throws Exception {
        if (chain.next() != Chain.NONE && chain.next() <= window) {
            return;
        }
        if (window <= chain.closed()) {
            throw new IllegalStateException(getCurrentKey() + ": something of window " + window + " came after window "
                    + chain.closed() + " was closed; the watermark was wrong");
        }
        chains.update(chain.waitingFor(window));
        timers.registerEventTimeTimer(VoidNamespace.INSTANCE, length.closing(window));
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        long window = Math.floorDiv(timer.getTimestamp(), length.millis());
        Chain chain = chain();
        boolean isOver = timers.currentWatermark() != Watermark.MAX_WATERMARK.getTimestamp();
        long last = options.isBounded() ? length.windowOf(beginning.greatestRead()) : Long.MAX_VALUE;
        if (window != chain.next() || window > last || !(isOver || options.isBounded())) {
            return;
        }
        boolean isExported = options.isExported().test(timer.getKey());
        Chain next = close(Namespace.parse(timer.getKey()), chain, window, window == last, isExported);
        chains.update(next);
        if (isExported && window < last) {
            waitFor(next, window + 1);
        }
    }

    private Chain close(Namespace namespace, Chain chain, long window, boolean isEnd, boolean isExported)
            throws Exception {
        WindowDelta delta = pending.get(window);
        Passes.Kind known = chain.passes().at(window, length);
        boolean isSealed = known != Passes.Kind.UNKNOWN && beginning.isComplete() && isExported;
        List<Artifact> files = isSealed ? takeArtifacts(window) : List.of();
        boolean isEmpty = isSealed
                && known == Passes.Kind.FOLLOWED
                && !isEnd
                && delta == null
                && files.isEmpty()
                && chain.gaps().isEmpty()
                && !Content.isFull(window);
        String hash =
                isEmpty ? sealer.grow(namespace, window, beginning.generationOf(window, length), chain.epoch()) : null;
        if (hash == null) {
            Buckets content = add(window, delta);
            if (!isSealed) {
                sealer.end(namespace);
                return chain.passed(window);
            }
            Content.Kind kind = isEnd
                    ? Content.Kind.SNAPSHOT
                    : known == Passes.Kind.BASELINE ? Content.Kind.BASELINE : Content.Kind.WINDOW;
            ObjectNode manifest = manifest(namespace, chain, window, kind, delta, content, files);
            hash = sealer.seal(namespace, window, manifest, isEmpty);
        }
        sealed.inc();
        sealedUntil = length.end(window);
        return chain.sealed(window, hash, length);
    }

    /** The collection's buckets at the end of a window. */
    private Buckets add(long window, WindowDelta delta) throws Exception {
        Buckets before = contents.value();
        Buckets content = before == null ? new Buckets() : before;
        if (delta == null) {
            return content;
        }
        pending.remove(window);
        content = content.plus(delta.buckets());
        contents.update(content);
        return content;
    }

    private ObjectNode manifest(
            Namespace namespace,
            Chain chain,
            long window,
            Content.Kind kind,
            WindowDelta delta,
            Buckets buckets,
            List<Artifact> files) {
        boolean isEnd = kind == Content.Kind.SNAPSHOT;
        long greatestRead = isEnd ? beginning.greatestRead() : chain.passes().greatestRead();
        Content content = Content.of(
                namespace,
                window,
                kind,
                length,
                isEnd ? greatestRead : 0,
                delta == null ? new WindowDelta() : delta,
                buckets,
                options.exportVersion());
        Run run = new Run(
                beginning.generationOf(window, length),
                chain.epoch(),
                options.exactness(),
                kind == Content.Kind.WINDOW ? 0 : greatestRead,
                options.fencingToken(),
                chain.gaps(),
                checkpointsLost(chain, kind, greatestRead),
                files);
        return ManifestText.manifest(content, run, chain.previous());
    }

    /** What is to be said of it in the first baseline of a collection. */
    private Gap checkpointsLost(Chain chain, Content.Kind kind, long greatestRead) {
        boolean isFirst = kind == Content.Kind.BASELINE
                && chain.previous() == null
                && chain.passes().passes().stream()
                        .anyMatch(pass -> Long.compareUnsigned(pass.start(), beginning.lostAt()) <= 0);
        return isFirst ? new Gap(beginning.lostAt(), greatestRead) : null;
    }

    /** The files of this window and of those that were passed over before it. */
    private List<Artifact> takeArtifacts(long window) throws Exception {
        List<Artifact> taken = new ArrayList<>();
        List<Artifact> later = new ArrayList<>();
        for (Artifact artifact : artifacts.get()) {
            (artifact.window() <= window ? taken : later).add(artifact);
        }
        if (!taken.isEmpty()) {
            artifacts.update(later);
        }
        return taken;
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        super.processWatermark(mark);
        sealer.endWindow();
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        super.prepareSnapshotPreBarrier(checkpointId);
        sealer.store();
    }

    @Override
    public void finish() throws Exception {
        sealer.store();
        super.finish();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        rootChains.update(List.of(sealer.chain()));
        beginnings.update(List.of(beginning));
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("windows do not look at the wall clock");
    }
}
