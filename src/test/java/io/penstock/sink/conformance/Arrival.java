/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import io.penstock.record.ChangeRecord;
import java.util.Comparator;

/**
 * A change as a reader of a target finds it.
 *
 * @param key the canonical one, as Extended JSON
 * @param version version text
 * @param document in relaxed Extended JSON; null for a delete
 */
record Arrival(String key, String version, int revision, String document) {
    /** Which of two is the newer one of a key. */
    static final Comparator<Arrival> NEWER =
            Comparator.comparing(Arrival::version).thenComparingInt(Arrival::revision);

    private static final int LONG = 10_000;

    static Arrival of(ChangeRecord change) {
        return new Arrival(
                change.key().toString(),
                change.version().text(),
                change.revision(),
                change.document() == null ? null : Held.relaxed(change.document()));
    }

    /** For a failure's message. */
    @Override
    public String toString() {
        String shown = document != null && document.length() > LONG ? document.length() + " characters" : document;
        return key + " " + version + " " + revision + " " + shown;
    }
}
