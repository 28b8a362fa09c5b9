/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.record.Version;
import java.time.Instant;
import org.bson.RawBsonDocument;

/**
 * A place in the change stream.
 *
 * @param token the resume token, BSON as the server gave it; null before the first and where the stream waits, then it
 *     starts at {@code clusterTime}, its own events included
 * @param clusterTime seconds since 1970 in the upper 32 bits, increment in the lower; events of this very time may still come
 */
public record StreamPosition(byte[] token, long clusterTime) {

    /** The start of the stream at a cluster time. */
    public static StreamPosition at(long clusterTime) {
        return new StreamPosition(null, clusterTime);
    }

    /**
     * The cluster time that a resume token holds: the first 16 hex digits behind the leading {@code 82}.
     *
     * @throws IllegalArgumentException when it has another form
     */
    public static long clusterTime(byte[] token) {
        String data = data(token);
        if (data.length() < 18 || !data.startsWith("82")) {
            throw new IllegalArgumentException("a resume token of unknown form: " + data);
        }
        return Long.parseUnsignedLong(data, 2, 18, 16);
    }

    /** The hex string inside a token. Plain string order is the order of the stream. */
    public static String data(byte[] token) {
        return new RawBsonDocument(token).getString("_data").getValue();
    }

    @Override
    public String toString() {
        return Instant.ofEpochMilli(Version.timestamp(clusterTime)) + "/" + (int) clusterTime;
    }
}
