/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.ChangeRecord.Replay;
import io.penstock.record.DeadLetter;
import java.util.Arrays;

/**
 * Whether a dead letter's change may be exported after all: only if no newer one of its document was exported since, or a target would go back. Pure.
 *
 * <p>The key's state has the version up to which its history is known. At the letter's own version, nothing newer was exported. At that of a row
 * with the very document, a later pass has met the document as it was and exported nothing. A key that the state does not know was deleted, and
 * its tombstone has been forgotten: only its delete may still go out. And what a rollback has exported again has a greater revision.
 */
final class Replays {
    private Replays() {}

    /**
     * The change to be emitted, for the letter's sink alone; it says itself when it is not to be written.
     *
     * @param meta the key's; null when nothing is known
     * @param revision that a change of the letter's version has now
     */
    static ChangeRecord of(DeadLetter letter, Meta meta, int revision) {
        ChangeRecord change = letter.change();
        boolean isNewest = change.revision() == revision && isNewest(change, meta);
        return change.with(new Replay(letter.sink(), letter.id(), letter.attempts(), !isNewest));
    }

    private static boolean isNewest(ChangeRecord change, Meta meta) {
        if (meta == null || meta.version() == null) {
            return change.op() == Op.DELETE;
        }
        if (meta.version().equals(change.version())) {
            return !meta.superseded();
        }
        return meta.version().isRow()
                && change.rowHash() != null
                && meta.hasImage()
                && meta.version().compareTo(change.version()) > 0
                && Arrays.equals(meta.rowHash(), change.rowHash());
    }
}
