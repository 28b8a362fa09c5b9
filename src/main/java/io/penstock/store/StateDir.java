/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.File;
import org.apache.flink.core.fs.Path;

/** A job's state folder as Flink wants it: with a scheme, and absolute. */
public final class StateDir {
    private StateDir() {}

    /** @param stateDir a job file's {@code pipeline.state-dir}; a plain path is one of this machine, below the working folder */
    public static Path of(String stateDir) {
        Path path = new Path(stateDir);
        // Not Path.fromLocalFile, which ends the path of a folder that is there in a slash, so that its parent is
        // itself.
        return path.toUri().getScheme() == null ? new Path("file", null, new File(stateDir).getAbsolutePath()) : path;
    }
}
