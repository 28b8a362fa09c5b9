/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.spec.ReconcileSpec;
import io.penstock.spec.ReconcileSpec.Mode;
import java.io.Serializable;
import java.time.Duration;

/**
 * What the rules need to know of the job.
 *
 * @param keepsImages mode {@code images}, else {@code versions}
 * @param pendingLimit bytes of content that may wait per key; what is beyond is fetched when waiting is over
 * @param tombstoneGrace milliseconds of cluster time that a deleted key is remembered beyond the watermark
 * @param windowMillis the length of a window, in milliseconds of cluster time
 * @param withBefore whether changes carry the document exported before
 * @param exportVersion see {@link ExportVersion}
 * @param revisions of what was exported before a rollback
 */
record ReconcileOptions(
        boolean keepsImages,
        long pendingLimit,
        long tombstoneGrace,
        long windowMillis,
        boolean withBefore,
        String exportVersion,
        Revisions revisions)
        implements Serializable {

    static ReconcileOptions of(ReconcileSpec spec, Duration window, boolean withBefore, Revisions revisions) {
        return new ReconcileOptions(
                spec.mode() == Mode.IMAGES,
                spec.pendingLimit().getBytes(),
                spec.tombstoneGrace().toMillis(),
                window.toMillis(),
                withBefore,
                ExportVersion.of(spec.mode(), window),
                revisions);
    }
}
