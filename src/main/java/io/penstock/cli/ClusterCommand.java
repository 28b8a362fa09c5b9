/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock cluster}: a Flink of several processes on this machine. */
@Command(
        name = "cluster",
        header = "Start and stop a Flink cluster on this machine.",
        description =
                "A standalone Flink: a JobManager and TaskManagers, each in a process of its own, with the jars that"
                        + " the job was built against or with those of the distribution that FLINK_HOME names.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ClusterStartCommand.class, ClusterStatusCommand.class, ClusterStopCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock cluster start --taskmanagers 2 --slots 2",
            "  penstock cluster status",
            "  penstock cluster stop",
        })
final class ClusterCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "start, status or stop?");
    }
}
