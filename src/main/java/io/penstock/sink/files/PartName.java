/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part file's name. No two files ever get the same one: a job's run, an attempt of a subtask, the checkpoint before which the file
 * was begun and a counter name it; and it says enough to tell a leftover from a file that is still to be committed.
 *
 * @param window the window of its changes
 * @param owner 8 hex digits that stay the same for a sink of a job however often it is started
 * @param run 8 hex digits of the Flink job, new with each start
 * @param attempt Flink's attempt number of the subtask
 * @param checkpoint one more than the last checkpoint (or savepoint) that the subtask's state had been part of when the file was
 *     begun; so it is at most the number of the checkpoint that seals the file
 * @param subtask which writer
 * @param counter counts the files of an attempt of a subtask
 * @param extension what follows, from the dot on
 */
record PartName(
        long window,
        String owner,
        String run,
        int attempt,
        long checkpoint,
        int subtask,
        long counter,
        String extension) {
    static final String PREFIX = "part-";

    /** Both of Flink's own recoverable writers with a hidden file (local, Hadoop) name it so. */
    private static final Pattern HIDDEN = Pattern.compile(
            "\\.part-(-?\\d{1,18})-([0-9a-f]{8})-([0-9a-f]{8})-(\\d{1,9})"
                    + "-(\\d{1,18})-(\\d{1,9})-(\\d{1,18})(\\.(?:ndjson|bson)(?:\\.gz|\\.zst)?|\\.parquet)\\.inprogress\\.[0-9a-f-]{36}");

    /** The final name. */
    @Override
    public String toString() {
        return PREFIX
                + window
                + '-'
                + owner
                + '-'
                + run
                + '-'
                + attempt
                + '-'
                + checkpoint
                + '-'
                + subtask
                + '-'
                + counter
                + extension;
    }

    /** What a hidden file's name says; null when it is not one that this sink's writers make. */
    static PartName parseHidden(String fileName) {
        Matcher match = HIDDEN.matcher(fileName);
        if (!match.matches()) {
            return null;
        }
        return new PartName(
                Long.parseLong(match.group(1)),
                match.group(2),
                match.group(3),
                Integer.parseInt(match.group(4)),
                Long.parseLong(match.group(5)),
                Integer.parseInt(match.group(6)),
                Long.parseLong(match.group(7)),
                match.group(8));
    }

    /**
     * Whether a hidden file of this name, found by a writer before it begins its first file, belongs to an attempt that is over, and is
     * no part of what was restored.
     *
     * <p>Proof. What the restored checkpoint C still has to commit was sealed at C or before, and a file's number is at most that of
     * the checkpoint that seals it: a number above C is not needed by C. Of the writers that run now only the one with the
     * file's subtask number could write it, and that one is just starting; numbers beyond the parallelism have no writer, and the
     * remainder gives each of them to one. Nothing restored: then only what this very run left is surely of no use.
     */
    boolean isLeftover(WriterSettings writer, int parallelism) {
        boolean mine = owner.equals(writer.owner()) && subtask % parallelism == writer.subtask();
        OptionalLong restored = writer.restoredCheckpoint();
        return mine && (restored.isPresent() ? checkpoint > restored.getAsLong() : run.equals(writer.run()));
    }
}
