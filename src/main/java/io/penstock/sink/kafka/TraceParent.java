/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The trace that a change belongs to, as a W3C {@code traceparent}. Trace and span id are the first 24 bytes of the SHA-256 over
 * namespace, key and version, so that the same change has the same ids in every run, and whoever handles it can find them.
 *
 * <p>Source: <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>.
 */
final class TraceParent {
    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;

    private TraceParent() {}

    /** The header's text: version 00, sampled. */
    static String of(ChangeRecord change) {
        MessageDigest digest = Sha256.digest();
        digest.update(change.namespace().toString().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(change.key().bytes());
        byte[] hash = digest.digest(change.version().text().getBytes(StandardCharsets.US_ASCII));
        HexFormat hex = HexFormat.of();
        return "00-" + hex.formatHex(hash, 0, TRACE_ID_BYTES) + "-"
                + hex.formatHex(hash, TRACE_ID_BYTES, TRACE_ID_BYTES + SPAN_ID_BYTES) + "-01";
    }
}
