/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.ChangeEvent;
import io.penstock.record.ChangeEvent.Kind;
import io.penstock.record.SnapshotRow;
import java.util.List;

/**
 * A row that was read where the server has no snapshot reads: it surely includes what happened up to {@code readFrom}, and perhaps
 * some of what happened until its version. Applying all of those events again makes of it the document at exactly its version:
 *
 * <pre>
 *   readFrom --- e1 --- e2 --- e3 --- version      row includes e1 and perhaps e2: e1, e2, e3 are applied
 * </pre>
 *
 * Setting a field twice changes nothing, and what a delta misses a later one has taken away. Only the order of fields can suffer: when a
 * field is removed and a later event follows, the row may hold it (or others) in places that cannot be told.
 */
final class InexactRow {
    /** What became of the row. */
    sealed interface Outcome {
        /** The document at the row's version. */
        record Document(byte[] document) implements Outcome {}

        /** The document was gone by then, by this event. */
        record Gone(ChangeEvent delete) implements Outcome {}

        /** Cannot be told: to be looked up. */
        record Unclear() implements Outcome {}
    }

    private final DeltaApplier deltas = new DeltaApplier();

    /** Settles a row with the events after {@code readFrom} and up to its version, in order. */
    Outcome settle(SnapshotRow row, List<ChangeEvent> events) {
        byte[] document = row.document();
        ChangeEvent delete = null;
        boolean exact = false;
        boolean clear = true;
        boolean removed = false;
        for (ChangeEvent event : events) {
            if (event.kind() == Kind.DELETE || event.document() != null) {
                delete = event.kind() == Kind.DELETE ? event : null;
                document = event.document();
                exact = true;
                clear = true;
                removed = false;
            } else if (event.delta() == null || document == null || !clear) {
                clear = false;
            } else {
                Delta delta = Delta.parse(event.delta());
                document = exact ? deltas.apply(document, delta) : deltas.applyLeniently(document, delta);
                clear = document != null && !removed;
                removed = !exact && delta.removes();
            }
        }
        if (!clear) {
            return new Outcome.Unclear();
        }
        return delete != null ? new Outcome.Gone(delete) : new Outcome.Document(document);
    }
}
