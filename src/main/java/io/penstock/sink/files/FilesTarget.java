/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.store.Fence;
import java.io.Serializable;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Where the files of a sink go, and how.
 *
 * @param sink its name in the job file
 * @param path the folder
 * @param owner see {@link PartName}
 * @param windowMillis the windows' length
 * @param fence of the life that the sink is part of
 * @param letters what becomes of changes that no file takes
 */
record FilesTarget(
        String sink,
        String path,
        FileFormat format,
        FileCompression compression,
        TableOptions table,
        String owner,
        long windowMillis,
        Fence fence,
        DeadLetterPolicy letters)
        implements Serializable {
    /** How many files a writer may hold open; each costs up to some megabytes of buffers, most of them a compressor's. */
    static final int MAX_OPEN_FILES = 32;

    /** The folder, absolute, so that what a checkpoint names is found from any working folder. */
    Path root(FileSystem fileSystem) {
        return new Path(path).makeQualified(fileSystem);
    }
}
