/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

/** Where the rules count what they do. */
@FunctionalInterface
interface Counts {
    void add(Count what);
}
