/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.Sha256;
import io.penstock.spec.ReconcileSpec.Mode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * What decides a namespace's output, as a hash: the reconcile mode and the windows' length. Two runs with the same export version
 * and the same history export the same records; parallelism, addresses and rates are therefore not in it.
 */
public final class ExportVersion {
    private static final int DIGITS = 16;

    private ExportVersion() {}

    /**
     * 16 lower-case hex digits: the first eight bytes of SHA-256 over what decides.
     */
    public static String of(Mode mode, Duration window) {
        String decides =
                "reconcile.mode=" + mode.name().toLowerCase(Locale.ROOT) + "\nwindows.every=" + window.toMillis();
        return Sha256.hex(decides.getBytes(StandardCharsets.UTF_8), DIGITS);
    }
}
