/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import java.util.concurrent.CompletableFuture;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C and SIGTERM: the first asks to stop, the second ends the process at once. A shutdown hook could do neither: the
 * exit code would be the signal's, and a second signal would be ignored.
 */
final class Interrupts implements AutoCloseable {
    /** What a shell reports for a process that Ctrl-C ended. */
    private static final int ENDED_BY_CTRL_C = 130;

    private static final String[] SIGNALS = {"INT", "TERM"};

    private final CompletableFuture<Void> requested = new CompletableFuture<>();
    private final SignalHandler[] before = new SignalHandler[SIGNALS.length];

    private Interrupts() {}

    /** Handles the signals from now until it is closed. */
    static Interrupts handle() {
        Interrupts interrupts = new Interrupts();
        for (int i = 0; i < SIGNALS.length; i++) {
            interrupts.before[i] = Signal.handle(new Signal(SIGNALS[i]), signal -> interrupts.signalled());
        }
        return interrupts;
    }

    private void signalled() {
        if (!requested.complete(null)) {
            Runtime.getRuntime().halt(ENDED_BY_CTRL_C);
        }
    }

    /** Completes with the first signal. */
    CompletableFuture<Void> requested() {
        return requested;
    }

    @Override
    public void close() {
        for (int i = 0; i < SIGNALS.length; i++) {
            Signal.handle(new Signal(SIGNALS[i]), before[i]);
        }
    }
}
