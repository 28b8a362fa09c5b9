/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

/** Somebody asked for a dead letter to be exported after all. In order with the key's events, whose state says whether it is still the newest. */
public record ReplayRequest(DeadLetter letter) implements SourceRecord {
    @Override
    public Namespace namespace() {
        return letter.change().namespace();
    }

    @Override
    public Cell cell() {
        return new Cell(namespace(), letter.change().key().cell());
    }

    @Override
    public Version version() {
        return letter.change().version();
    }

    @Override
    public int epoch() {
        return letter.change().epoch();
    }
}
