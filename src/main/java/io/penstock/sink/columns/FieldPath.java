/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import java.util.ArrayList;
import java.util.List;

/**
 * The way to a field of a document.
 *
 * @param steps names of fields, numbers of array elements; none for the document itself
 */
public record FieldPath(List<String> steps) {
    public FieldPath {
        steps = List.copyOf(steps);
    }

    /** The field of that name on the top level, whatever the name holds. */
    public static FieldPath of(String name) {
        return new FieldPath(List.of(name));
    }

    /**
     * Reads a path: names with dots between them. A dot inside a name is written {@code \.}, a backslash {@code \\}; a dot alone is the whole
     * document.
     *
     * @throws IllegalArgumentException when a backslash stands before something else
     */
    public static FieldPath parse(String text) {
        return parse(text, true);
    }

    /** As above, except that a backslash which stands before something else than a dot is part of the name. */
    public static FieldPath parseLiteral(String text) {
        return parse(text, false);
    }

    private static FieldPath parse(String text, boolean escapesItself) {
        if (text.equals(".")) {
            return new FieldPath(List.of());
        }
        List<String> steps = new ArrayList<>();
        StringBuilder step = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                steps.add(step.toString());
                step.setLength(0);
            } else if (c != '\\') {
                step.append(c);
            } else if (text.startsWith(".", i + 1) || (escapesItself && text.startsWith("\\", i + 1))) {
                i++;
                step.append(text.charAt(i));
            } else if (escapesItself) {
                throw new IllegalArgumentException("a backslash stands before a dot or another backslash");
            } else {
                step.append(c);
            }
        }
        steps.add(step.toString());
        return new FieldPath(steps);
    }
}
