/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.util.Arrays;
import java.util.Optional;

/** How a target goes away. */
enum Way {
    KILL("kill"),
    FREEZE("freeze"),
    CUT("cut"),
    FULL_DISK("full-disk");

    private final String text;

    Way(String text) {
        this.text = text;
    }

    static Optional<Way> named(String text) {
        return Arrays.stream(values()).filter(way -> way.text.equals(text)).findFirst();
    }

    /** As the command line and the table have it. */
    @Override
    public String toString() {
        return text;
    }
}
