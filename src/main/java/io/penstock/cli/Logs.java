/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import java.nio.file.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;

/** Where the log of this process goes: see {@code log4j2-cli.xml}, which reads the properties that are set here. */
final class Logs {
    private static final String CONFIGURATION = "log4j2.configurationFile";

    private Logs() {}

    /** Warnings of Penstock on the console, nothing else anywhere; must come before the first logger is made. */
    static void quiet() {
        if (System.getProperty(CONFIGURATION) == null && System.getProperty("log4j.configurationFile") == null) {
            System.setProperty(CONFIGURATION, "log4j2-cli.xml");
        }
    }

    /** From now on everything is written to this file too (20 MB, then the next; five are kept). */
    static void to(Path file) {
        System.setProperty("penstock.log.file", file.toAbsolutePath().toString());
        System.setProperty("penstock.log.level", "INFO");
        ((LoggerContext) LogManager.getContext(false)).reconfigure();
    }
}
