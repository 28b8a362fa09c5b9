/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock windows}: the manifests beside an export's files. */
@Command(
        name = "windows",
        header = "Show and check an export's sealed windows.",
        description =
                "Each window of cluster time is sealed by a manifest: how many documents the collection had at its"
                        + " end, a digest of them, what changed, and the files that hold the changes. These commands read the"
                        + " export's folder and nothing else: no server, no cluster; of a job without a files sink, or with --store, what"
                        + " its metadata store holds.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            WindowsListCommand.class,
            WindowsShowCommand.class,
            WindowsTraceCommand.class,
            VerifyChainCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock windows list jobs/cities.yaml",
            "  penstock windows show data/cities/export 28333334",
            "  penstock windows trace data/cities/export --ns geo.cities --key 5128581",
            "  penstock windows verify-chain data/cities/export",
        })
final class WindowsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "list, show, trace or verify-chain?");
    }
}
