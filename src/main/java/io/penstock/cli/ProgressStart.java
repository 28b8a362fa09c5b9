/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.record.Version;
import io.penstock.source.Recovery;
import io.penstock.store.LastKnown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

/**
 * Where a job begins whose checkpoints are lost, by what its metadata store knows; pure.
 *
 * <p><b>Not at the stream's last position.</b> What the lost checkpoint held may not have been committed by every sink, and of what it had read
 * some may have waited for a snapshot's rows. So the stream is read from the end of the last window that was sealed under an earlier
 * checkpoint: everything before that was exported, and a checkpoint completes behind the commits of the one before it. What comes
 * again has a greater revision.
 *
 * @param isSealed whether such a window is known; else it begins at the last position, and what is said above may be missed
 * @param isReached whether the source still has the history from there on
 * @param generation of the manifests that begins; 0 for a job that seals nothing
 */
record ProgressStart(LastKnown known, Recovery recovery, boolean isSealed, boolean isReached, int generation) {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /**
     * Decides.
     *
     * @param sealedUntil the end of the last window that is surely at all targets, cluster time. It may lie behind the stream's last position:
     *     a life that had begun further back, and was lost too
     * @param reaches whether the source has the history from a cluster time on
     * @param generation as above
     */
    static ProgressStart of(LastKnown known, OptionalLong sealedUntil, LongPredicate reaches, int generation) {
        long time = sealedUntil.orElse(known.position());
        return new ProgressStart(
                known, new Recovery(time, known.epoch() + 1), sealedUntil.isPresent(), reaches.test(time), generation);
    }

    /** The number of the pass that is read to its end: behind a gap the reader begins one more. */
    private int epoch() {
        return isReached ? recovery.epoch() : recovery.epoch() + 1;
    }

    /**
     * What downstream will see, a line each.
     *
     * @param revision of what comes again
     */
    List<String> describe(String job, int revision) {
        String from = text(recovery.time());
        List<String> lines = new ArrayList<>();
        lines.add("no checkpoint of " + job + " is left; its metadata store knows of checkpoint " + known.checkpoint()
                + " of the life with token " + known.token() + ", with the stream at " + text(known.position()));
        lines.add("  stream   "
                + (isReached
                        ? "is read again from " + from + " on, "
                                + (isSealed
                                        ? "the end of the last window that is surely at all targets"
                                        : "where it was: no window is known to be sealed before")
                        : "goes on from now: the source no longer has the history from " + from + " on"));
        lines.add("  snapshot all collections are read anew, as epoch " + epoch()
                + ": documents that targets hold come once more, as r");
        lines.add("  repeats  have revision " + revision
                + " at most; the greatest (version, revision) of a key is its document");
        if (generation > 0) {
            lines.add("  windows  generation " + generation + " begins; from " + from
                    + " to its baseline changes are not followed one by one");
        }
        lines.add("  unknown  " + unknown(from));
        return lines;
    }

    private String unknown(String from) {
        if (!isReached) {
            return "what was deleted since " + from
                    + ": targets keep it, for nothing compares them with the source yet (verify is not built)";
        }
        return "what collections held that were dropped, renamed away or replaced since " + from + ": targets keep it"
                + (isSealed ? "" : "; and deletes that the lost checkpoint held and no sink had committed");
    }

    /** For the audit log. */
    Map<String, String> details() {
        return Map.of(
                "position", HEX.toHexDigits(known.position()),
                "checkpoint", Long.toString(known.checkpoint()),
                "streamFrom", HEX.toHexDigits(recovery.time()),
                "historyLost", Boolean.toString(!isReached),
                "epoch", Integer.toString(epoch()),
                "generation", Integer.toString(generation));
    }

    private static String text(long clusterTime) {
        return Instant.ofEpochMilli(Version.timestamp(clusterTime)).toString();
    }
}
