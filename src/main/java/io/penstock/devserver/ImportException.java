/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.io.IOException;
import java.nio.file.Path;

/** A file that cannot be imported; the message names the file, the line or byte, and what is wrong there. */
public final class ImportException extends IOException {
    private static final long serialVersionUID = 1L;

    private ImportException(String message, Throwable cause) {
        super(message, cause);
    }

    static ImportException atLine(Path file, long line, String problem, Throwable cause) {
        return new ImportException(file + ", line " + line + ": " + problem, cause);
    }

    /** Offsets of a gzipped file are those of its uncompressed content. */
    static ImportException atByte(Path file, long offset, String problem, Throwable cause) {
        return new ImportException(file + ", byte " + offset + ": " + problem, cause);
    }
}
