/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;

/** A window was sealed twice, and not with the same manifest. */
public final class DoubleSealException extends IOException {
    private static final long serialVersionUID = 1L;

    public DoubleSealException(String what, String there, String given) {
        super(
                what + " was sealed twice: the metadata store has " + there + ", and this is " + given
                        + ". Two jobs of one name seem to write into one database, or an older state was put back without a rollback");
    }
}
