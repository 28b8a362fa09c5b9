/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.record.Version;
import io.penstock.source.Increment;
import io.penstock.source.server.DriverServerFactory;
import io.penstock.source.server.SourceServer;
import io.penstock.spec.JobSpec;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;

/**
 * Where the next run of a job of increments ends, by the source's own clock: that of this machine may go wrong.
 *
 * @param increment up to the bound
 * @param now the source's cluster time when it was asked
 */
record NextIncrement(Increment increment, long now) {
    private static final String CLUSTER_TIME = "[0-9A-Fa-f]{16}";

    /**
     * Asks the source for its time.
     *
     * @param until what the user asked for, null for now
     * @throws Failure (exit code 2) when that is no time
     */
    static NextIncrement of(JobSpec job, String until) {
        long asked = until == null ? 0 : clusterTime(until);
        long now;
        try (SourceServer server = new DriverServerFactory(job.source()).open()) {
            now = server.operationTime();
        }
        long windowSeconds = job.windows().every().toSeconds();
        return new NextIncrement(Increment.before(until == null ? now : asked, windowSeconds), now);
    }

    /** A time as ISO 8601 with an offset, or as the 16 hex digits of a cluster time with which versions begin. */
    static long clusterTime(String text) {
        if (text.matches(CLUSTER_TIME)) {
            return HexFormat.fromHexDigitsToLong(text);
        }
        try {
            long seconds = OffsetDateTime.parse(text).toEpochSecond();
            if (seconds >= 0 && seconds <= 0xFFFFFFFFL) {
                return seconds << 32;
            }
        } catch (DateTimeParseException e) {
            // Said below, with what would have been right.
        }
        throw Failure.usage("--until is '" + text
                + "', and should be a time such as 2026-11-23T00:00:00Z (ISO 8601 with an offset), or the cluster time that a version"
                + " begins with, such as 6B03BEDE00000006");
    }

    /** The bound that was told, in milliseconds. */
    long until() {
        return Version.timestamp(increment.until());
    }

    /** The bound, for people, and why it is the one. */
    String describe() {
        return text(until()) + ", a bound of windows of " + windows() + "; the source's time is "
                + text(Version.timestamp(now));
    }

    private String windows() {
        long seconds = increment.windowSeconds();
        return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }

    /** A time in milliseconds, for people. */
    static String text(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
