/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;

/**
 * One thing that is wrong with a job file.
 *
 * @param file the file as the user named it
 * @param line counted from 1
 * @param column counted from 1
 * @param path the key, as in {@code sinks[0].path}, or the section that lacks a key or has one too many; empty for the whole file
 * @param message what was found and what was expected; never holds a value that came from the environment
 */
public record SpecProblem(String file, int line, int column, String path, String message) implements Serializable {

    /** {@code file:line:column: path: message}, the form that editors and terminals can jump to. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
