/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.Bytes;
import io.penstock.sink.ExtendedJson;

/**
 * A document as a target holds it.
 *
 * @param version version text
 * @param document in relaxed Extended JSON
 */
public record Held(String version, int revision, String document) {

    static Held of(ChangeRecord change) {
        return new Held(change.version().text(), change.revision(), relaxed(change.document()));
    }

    /** A document as every target can show it, whatever it keeps of its types. */
    public static String relaxed(byte[] document) {
        Bytes out = new Bytes();
        ExtendedJson.relaxed(document, 0, out);
        return new String(out.toByteArray(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
