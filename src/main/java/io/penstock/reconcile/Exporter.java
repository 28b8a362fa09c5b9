/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.DeadLetter;
import io.penstock.record.Namespace;
import io.penstock.record.RowHash;
import io.penstock.record.Shape;
import io.penstock.record.Version;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Turns what the rules decide into exported changes, and remembers in the key's state what was exported. Nothing in a change depends
 * on anything but the key's history, the export version and the job's rollbacks.
 */
final class Exporter {
    private final ReconcileOptions options;
    private final Consumer<ChangeRecord> out;
    private final Counts counts;
    private final long exportVersion;

    Exporter(ReconcileOptions options, Consumer<ChangeRecord> out, Counts counts) {
        this.options = options;
        this.out = out;
        this.counts = counts;
        exportVersion = Long.parseUnsignedLong(options.exportVersion(), 16);
    }

    /** What identifies the change that is being exported. */
    record At(Namespace namespace, Version version, int epoch) {}

    /**
     * A snapshot row's document: emitted as {@link Op#READ}, unless the target holds just that.
     *
     * @param documentKey as stored
     */
    void row(KeyState state, Meta meta, At at, byte[] documentKey, byte[] document) {
        byte[] hash = RowHash.of(at.namespace(), state.key(), document);
        if (meta != null && Arrays.equals(meta.rowHash(), hash)) {
            counts.add(Count.UNCHANGED);
            state.meta(meta.raised(at.version(), Math.max(meta.epoch(), at.epoch())));
        } else {
            export(state, meta, Op.READ, at, documentKey, document, hash);
        }
    }

    /** A document as an event left it: {@link Op#CREATE} when the target holds nothing, else {@link Op#UPDATE}. */
    void image(KeyState state, Meta meta, At at, byte[] documentKey, byte[] document) {
        Op op = meta == null || !meta.exported() ? Op.CREATE : Op.UPDATE;
        export(state, meta, op, at, documentKey, document, RowHash.of(at.namespace(), state.key(), document));
    }

    /** A dead letter, as {@link Replays} has it. */
    void replay(KeyState state, DeadLetter letter) {
        ChangeRecord change = Replays.of(
                letter, state.meta(), options.revisions().of(letter.change().version()));
        counts.add(change.replay().superseded() ? Count.REPLAYS_SUPERSEDED : Count.REPLAYS);
        out.accept(change);
    }

    private void export(KeyState state, Meta meta, Op op, At at, byte[] documentKey, byte[] document, byte[] hash) {
        out.accept(new ChangeRecord(
                op,
                at.namespace(),
                state.key(),
                documentKey,
                at.version(),
                options.revisions().of(at.version()),
                document,
                before(state, meta),
                at.epoch(),
                windowOf(at.version()),
                Shape.fingerprint(document),
                options.exportVersion(),
                hash,
                meta == null ? null : meta.rowHash()));
        counts.add(Count.CHANGES);
        byte[] kept = Arrays.equals(documentKey, state.key().bytes()) ? null : documentKey;
        boolean waiting = meta != null && meta.waiting();
        state.meta(new Meta(at.version(), at.epoch(), hash, exportVersion, kept, false, false, waiting));
        if (options.keepsImages()) {
            state.image(document);
        }
    }

    /**
     * The end of a document: emitted even when nothing is known of the key, since an export that began earlier may hold it; the caller
     * decides what is remembered.
     *
     * @param documentKey as stored; null takes what is remembered
     */
    void delete(KeyState state, Meta meta, At at, byte[] documentKey) {
        byte[] remembered = meta == null ? null : meta.documentKey();
        byte[] asStored = documentKey != null ? documentKey : remembered;
        out.accept(new ChangeRecord(
                Op.DELETE,
                at.namespace(),
                state.key(),
                asStored == null ? state.key().bytes() : asStored,
                at.version(),
                options.revisions().of(at.version()),
                null,
                before(state, meta),
                at.epoch(),
                windowOf(at.version()),
                0,
                options.exportVersion(),
                null,
                meta == null ? null : meta.rowHash()));
        counts.add(Count.CHANGES);
        if (options.keepsImages() && meta != null && meta.exported()) {
            state.image(null);
        }
    }

    /** What is remembered of a key that is gone at a version. */
    Meta tombstone(Meta meta, At at) {
        long last = meta == null ? 0 : meta.exportVersion();
        return new Meta(at.version(), at.epoch(), null, last, null, true, false, meta != null && meta.waiting());
    }

    private byte[] before(KeyState state, Meta meta) {
        return options.withBefore() && meta != null && meta.exported() ? state.image() : null;
    }

    private long windowOf(Version version) {
        return Math.floorDiv(version.timestamp(), options.windowMillis());
    }
}
