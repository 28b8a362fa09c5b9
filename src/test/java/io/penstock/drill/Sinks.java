/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

/** What a drill exports into. */
enum Sinks {
    files,
    kafka,
    both;

    boolean files() {
        return this != kafka;
    }

    boolean kafka() {
        return this != files;
    }
}
