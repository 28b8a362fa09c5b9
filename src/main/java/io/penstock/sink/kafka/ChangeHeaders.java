/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What each message says about itself without its value being read, as text: {@code op}, {@code ns}, {@code version}, {@code revision},
 * {@code shape} and {@code rowHash} (not for a delete), {@code traceparent}.
 */
final class ChangeHeaders {
    /** The last header. */
    static final String LAST = "traceparent";

    private final Acknowledged acknowledged;

    /** @param acknowledged is told of each message that the broker has */
    ChangeHeaders(Acknowledged acknowledged) {
        this.acknowledged = acknowledged;
    }

    Headers of(ChangeRecord change) {
        RecordHeaders headers = new RecordHeaders();
        add(headers, "op", String.valueOf(change.op().code()));
        add(headers, "ns", change.namespace().toString());
        add(headers, "version", change.version().text());
        add(headers, "revision", Integer.toString(change.revision()));
        if (change.document() != null) {
            add(headers, "shape", HexFormat.of().toHexDigits(change.shape()));
            add(headers, "rowHash", HexFormat.of().formatHex(change.rowHash()));
        }
        headers.add(acknowledged.header(LAST, TraceParent.of(change).getBytes(StandardCharsets.UTF_8), change));
        return headers;
    }

    private static void add(RecordHeaders headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
