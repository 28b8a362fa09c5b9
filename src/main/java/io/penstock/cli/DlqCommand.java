/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock dlq}: what targets refused. */
@Command(
        name = "dlq",
        header = "Show, replay and remove dead letters.",
        description =
                "A change that a target refuses for itself, as too large or against one of its rules, does not stop a job: it becomes a"
                        + " dead letter, with its reason and all of its bytes. When the target was mended it can be exported after all,"
                        + " through the job, unless the document was exported in a newer version since.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DlqListCommand.class, DlqShowCommand.class, DlqReplayCommand.class, DlqPurgeCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock dlq list jobs/orders.yaml --state open",
            "  penstock dlq show jobs/orders.yaml 3fa92c --document",
            "  penstock dlq replay jobs/orders.yaml --sink base",
            "  penstock dlq purge jobs/orders.yaml --replayed --yes"
        })
final class DlqCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "list, show, replay or purge?");
    }
}
