/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.replay;

import org.apache.flink.api.connector.source.SourceSplit;

/** Flink wants a type; there is never one. */
final class NoSplit implements SourceSplit {
    private NoSplit() {}

    @Override
    public String splitId() {
        throw new UnsupportedOperationException("there are no splits");
    }
}
