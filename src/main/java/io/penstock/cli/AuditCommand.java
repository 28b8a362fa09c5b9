/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock audit}: who did what to a job. */
@Command(
        name = "audit",
        header = "Show and check who did what to a job.",
        description =
                "A job with a metadata store has a log there of all that was done to it: starts, pauses, take-overs, rollbacks, changed"
                        + " job files. Each entry holds the hash of the one before, so that none can be changed or removed unseen.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AuditListCommand.class, AuditVerifyCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {"  penstock audit list --last 20 jobs/cities.yaml", "  penstock audit verify jobs/cities.yaml"})
final class AuditCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "list or verify?");
    }
}
