/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.BsonCursor;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in a document a column's value is. An array's elements are named by their numbers, as MongoDB's own paths have it; a name may be
 * empty, or hold a dot where the path has {@code \.}.
 */
final class FieldPath {
    private static final String WHOLE = ".";

    private final byte[][] names;

    private FieldPath(List<String> names) {
        this.names = names.stream().map(name -> name.getBytes(UTF_8)).toArray(byte[][]::new);
    }

    /** One field by its name, whatever that holds. */
    static FieldPath of(String name) {
        return new FieldPath(List.of(name));
    }

    /** As a job file writes it; {@code .} for the whole document. */
    static FieldPath parse(String text) {
        if (text.equals(WHOLE)) {
            return new FieldPath(List.of());
        }
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\.", i)) {
                name.append('.');
                i++;
            } else if (text.charAt(i) == '.') {
                names.add(name.toString());
                name.setLength(0);
            } else {
                name.append(text.charAt(i));
            }
        }
        names.add(name.toString());
        return new FieldPath(names);
    }

    boolean isWhole() {
        return names.length == 0;
    }

    /** Puts a cursor at the value; false when the document has none there. Not for the whole document, which no element holds. */
    boolean find(byte[] document, BsonCursor cursor) {
        cursor.reset(document, 0);
        for (int i = 0; ; i++) {
            if (!cursor.find(names[i])) {
                return false;
            }
            if (i == names.length - 1) {
                return true;
            }
            if (cursor.type() != BsonCursor.DOCUMENT && cursor.type() != BsonCursor.ARRAY) {
                return false;
            }
            cursor.reset(document, cursor.valueOffset());
        }
    }
}
