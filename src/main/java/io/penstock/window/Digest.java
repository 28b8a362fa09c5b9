/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The digest of a set of rows: how many they are, and the sum of their row hashes modulo 2^256. The order of the rows does not matter, and
 * a set that changes is followed by adding new hashes and subtracting old ones.
 *
 * @param documents how many rows
 * @param sum 32 bytes, big endian
 */
record Digest(long documents, byte[] sum) {
    static final int BYTES = 32;

    /** The sum in lower-case hex digits. */
    String hex() {
        return HexFormat.of().formatHex(sum);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that && documents == that.documents && Arrays.equals(sum, that.sum);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(documents) + Arrays.hashCode(sum);
    }

    @Override
    public String toString() {
        return documents + ":" + hex();
    }
}
