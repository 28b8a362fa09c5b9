/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.record.Namespace;
import java.nio.file.Path;

/**
 * A file and the collection that it is to become.
 *
 * @param namespace the collection
 * @param file NDJSON, a JSON array or a {@code .bson} dump, each perhaps gzipped
 */
public record ImportSpec(Namespace namespace, Path file) {
    /**
     * Reads {@code database.collection=file}.
     *
     * @throws IllegalArgumentException when it is not of that form
     */
    public static ImportSpec parse(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0 || equals == text.length() - 1) {
            throw new IllegalArgumentException("expected database.collection=file, found '" + text + "'");
        }
        return new ImportSpec(Namespace.parse(text.substring(0, equals)), Path.of(text.substring(equals + 1)));
    }
}
