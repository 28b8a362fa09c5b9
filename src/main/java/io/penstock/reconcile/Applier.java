/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.ChangeEvent;
import io.penstock.record.ChangeEvent.Kind;
import io.penstock.record.DocumentLookup;
import io.penstock.record.DocumentLookup.Found;
import io.penstock.record.Version;
import java.io.IOException;

/** Applies events to a key of which no record waits: each to the document before it, or to what a lookup finds. */
final class Applier {
    private final boolean keepsImages;
    private final Exporter exporter;
    private final DocumentLookup lookup;
    private final Counts counts;
    private final DeltaApplier deltas = new DeltaApplier();

    Applier(boolean keepsImages, Exporter exporter, DocumentLookup lookup, Counts counts) {
        this.keepsImages = keepsImages;
        this.exporter = exporter;
        this.lookup = lookup;
        this.counts = counts;
    }

    /** Applies an event unless the state has its version already. */
    void apply(KeyState state, ChangeEvent event) throws IOException {
        Meta meta = state.meta();
        if (meta != null && meta.version() != null && !Versions.isNews(event, meta.version(), meta.tombstone())) {
            counts.add(event.version().equals(meta.version()) ? Count.DUPLICATE : Count.STALE);
        } else if (event.kind() == Kind.DELETE) {
            delete(state, meta, event);
        } else if (event.document() != null) {
            byte[] document = event.document();
            byte[] documentKey = event.kind() == Kind.REPLACE
                    ? DocumentKeys.withIdOf(document, event.documentKey())
                    : event.documentKey();
            exporter.image(state, meta, at(event), documentKey, document);
        } else {
            delta(state, meta, event);
        }
    }

    private void delete(KeyState state, Meta meta, ChangeEvent event) {
        Exporter.At at = at(event);
        if (meta != null && meta.tombstone()) {
            counts.add(Count.DELETED_ABSENT);
        } else {
            exporter.delete(state, meta, at, event.documentKey());
        }
        state.meta(exporter.tombstone(meta, at));
    }

    private void delta(KeyState state, Meta meta, ChangeEvent event) throws IOException {
        boolean hasBase = keepsImages && event.delta() != null && Versions.isKnown(meta, event) && meta.hasImage();
        if (!hasBase) {
            lookUp(state, meta, event);
            return;
        }
        byte[] after = deltas.apply(state.image(), Delta.parse(event.delta()));
        if (after == null) {
            counts.add(Count.LOOKUPS_AMBIGUOUS);
            lookUp(state, meta, event);
        } else {
            exporter.image(state, meta, at(event), event.documentKey(), after);
        }
    }

    /**
     * Exports the document as it was at the event's own time. When nothing is found then, the document's delete (or its namespace's
     * end) is still to come in the stream: nothing found is never a delete.
     */
    private void lookUp(KeyState state, Meta meta, ChangeEvent event) throws IOException {
        Found found = find(event, event.version());
        if (found.document() == null) {
            state.meta((meta == null ? Meta.NOTHING : meta).supersededAt(event.version(), event.epoch()));
            return;
        }
        byte[] documentKey = DocumentKeys.withIdOf(found.document(), event.documentKey());
        // A transaction's document is found as the whole transaction left it, and includes events of it that are still
        // to come.
        Version version = found.exact() && Versions.isOrdinary(event.version())
                ? event.version()
                : Version.row(found.clusterTime());
        exporter.image(
                state, meta, new Exporter.At(event.namespace(), version, event.epoch()), documentKey, found.document());
    }

    /** Looks the event's document up at a version's time, and counts. */
    Found find(ChangeEvent event, Version version) throws IOException {
        counts.add(Count.LOOKUPS);
        Found found = lookup.find(event.namespace(), event.documentKey(), version.clusterTime());
        if (found.document() == null) {
            counts.add(Count.LOOKUPS_EMPTY);
        } else if (!found.exact()) {
            counts.add(Count.LOOKUPS_INEXACT);
        }
        return found;
    }

    private static Exporter.At at(ChangeEvent event) {
        return new Exporter.At(event.namespace(), event.version(), event.epoch());
    }
}
