/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.Namespace;
import java.util.OptionalLong;
import org.apache.flink.core.fs.Path;

/**
 * What a writer is told.
 *
 * @param root the export's folder
 * @param windowMillis the windows' length
 * @param maxOpenFiles how many files it may hold open
 * @param owner see {@link PartName}
 * @param run see {@link PartName}
 * @param restoredCheckpoint the checkpoint that the job was restored from
 * @param subtask the writer's number
 * @param attempt Flink's attempt number
 */
record WriterSettings(
        Path root,
        FileFormat format,
        FileCompression compression,
        TableOptions table,
        long windowMillis,
        int maxOpenFiles,
        String owner,
        String run,
        OptionalLong restoredCheckpoint,
        int subtask,
        int attempt) {

    /** The final path of a writer's next file. */
    Path path(Namespace namespace, long window, long checkpoint, long counter) {
        PartName name =
                new PartName(window, owner, run, attempt, checkpoint, subtask, counter, format.extension(compression));
        return new Path(new Path(root, NamespaceFolder.of(namespace)), name.toString());
    }

    /** When a window is over: the cluster time, in milliseconds, at which the next one begins. */
    long windowEnd(long window) {
        return Math.multiplyExact(window + 1, windowMillis);
    }
}
