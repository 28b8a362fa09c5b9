/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the product's version as the build wrote it into the jar, and the JDK's. */
final class ProductVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"penstock " + number() + " (Java " + Runtime.version() + ")"};
    }

    private static String number() {
        String version = ProductVersion.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
