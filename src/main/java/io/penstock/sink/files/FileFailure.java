/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import java.io.IOException;
import org.apache.flink.core.fs.Path;

/** What went wrong with which file, in one sentence: the file systems' own messages often name only one of the two. */
final class FileFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private FileFailure(String message, IOException cause) {
        super(message, cause);
    }

    /** @param doing what could not be done, as in "cannot write" */
    static FileFailure cannot(String doing, Path path, IOException cause) {
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new FileFailure("Files sink: cannot " + doing + " " + path + ": " + reason, cause);
    }
}
