/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

/** What becomes of a value that its column cannot hold without loss. */
public enum UnfitPolicy {
    TEXT,
    NULL,
    DEAD_LETTER
}
