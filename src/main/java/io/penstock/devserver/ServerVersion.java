/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.Arrays;

/** The MongoDB version that the server says it is; features follow it. */
public enum ServerVersion {
    V5_0("5.0.7", 13),
    V6_0("6.0.16", 17),
    V7_0("7.0.14", 21),
    V8_0("8.0.4", 25);

    private final String text;
    private final int wireVersion;

    ServerVersion(String text, int wireVersion) {
        this.text = text;
        this.wireVersion = wireVersion;
    }

    /**
     * The version of a text such as {@code 7.0}.
     *
     * @throws IllegalArgumentException if it is none of 5.0, 6.0, 7.0, 8.0
     */
    public static ServerVersion parse(String majorMinor) {
        return Arrays.stream(values())
                .filter(version -> version.majorMinor().equals(majorMinor))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown server version '" + majorMinor + "'; known are 5.0, 6.0, 7.0, 8.0"));
    }

    /** Whether this version is {@code other} or newer. */
    public boolean atLeast(ServerVersion other) {
        return compareTo(other) >= 0;
    }

    /** For example {@code 7.0}. */
    public String majorMinor() {
        return text.substring(0, 3);
    }

    /** The full version, for example {@code 7.0.14}. */
    public String text() {
        return text;
    }

    /** The greatest version of the wire protocol that it speaks. */
    public int wireVersion() {
        return wireVersion;
    }
}
