/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

/** Whether a person is watching: decides about colours and about lines that are drawn over. */
final class Console {
    private Console() {}

    /** True when both ends are a terminal that can move its cursor. */
    static boolean interactive() {
        return System.console() != null && !"dumb".equals(System.getenv("TERM"));
    }

    /** True when colours are welcome: on a terminal, and not refused by {@code NO_COLOR} (https://no-color.org). */
    static boolean colours() {
        return interactive() && System.getenv("NO_COLOR") == null;
    }
}
