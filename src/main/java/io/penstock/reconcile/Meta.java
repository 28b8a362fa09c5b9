/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.Version;

/**
 * What is remembered of one key besides its image; about 60 bytes.
 *
 * @param version up to where the key's history is known; null while only waiting records are
 * @param epoch the last pass over the namespace in which the key was met
 * @param rowHash hash of what the target holds of the key, 32 bytes; null when it holds nothing
 * @param exportVersion the export version of the last export; 0 when there was none
 * @param documentKey raw BSON of {@code {_id, shard key}} as stored; null when it is the canonical key's bytes
 * @param tombstone the document is gone at the version
 * @param superseded the document at the version is unknown: a lookup found nothing, so a later event is still to come
 * @param waiting records of the key wait in the state's pending part
 */
record Meta(
        Version version,
        int epoch,
        byte[] rowHash,
        long exportVersion,
        byte[] documentKey,
        boolean tombstone,
        boolean superseded,
        boolean waiting) {

    /** Nothing known. */
    static final Meta NOTHING = new Meta(null, 0, null, 0, null, false, false, false);

    /** Nothing known but that records wait. */
    static final Meta ONLY_WAITING = NOTHING.withWaiting(true);

    /** Whether the target holds the document. */
    boolean exported() {
        return rowHash != null;
    }

    /** Whether the document at the version is the one that was exported last, so that a delta may build upon it. */
    boolean hasImage() {
        return rowHash != null && !superseded;
    }

    Meta withWaiting(boolean now) {
        return new Meta(version, epoch, rowHash, exportVersion, documentKey, tombstone, superseded, now);
    }

    Meta withEpoch(int met) {
        return new Meta(version, met, rowHash, exportVersion, documentKey, tombstone, superseded, waiting);
    }

    /** The same content, known up to a later version. */
    Meta raised(Version to, int met) {
        return new Meta(to, met, rowHash, exportVersion, documentKey, tombstone, false, waiting);
    }

    /** The document at a version is not known. */
    Meta supersededAt(Version at, int met) {
        return new Meta(at, met, rowHash, exportVersion, documentKey, false, true, waiting);
    }
}
