/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

/** A write outside of transactions met a document that an open transaction has written: it is tried again after that. */
final class BlockedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Transaction by;

    BlockedException(Transaction by) {
        super("blocked by a transaction", null, false, false);
        this.by = by;
    }

    Transaction by() {
        return by;
    }
}
