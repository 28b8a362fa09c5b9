/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Who changed a job's record, and when: for people only, nothing is decided by it.
 *
 * @param by the user of the operating system, the process, and behind {@code on} the host
 * @param at ISO 8601, in UTC and whole seconds
 */
public record Author(String by, String at) {
    /** This process, now. */
    public static Author thisProcess() {
        return thisProcess(Clock.systemUTC());
    }

    /** Whether a record was written on this host. */
    public static boolean isOfThisHost(String by) {
        return by.endsWith(" on " + host());
    }

    static Author thisProcess(Clock clock) {
        return new Author(
                System.getProperty("user.name") + " (process "
                        + ProcessHandle.current().pid() + ") on " + host(),
                Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "a host without a name";
        }
    }
}
