/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.local.ClusterStatus;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code penstock cluster status}. */
@Command(
        name = "status",
        header = "Show the cluster's processes and jobs.",
        description = "Lists each process (pid, whether it lives, slots and free slots) and the jobs.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:everything that was started runs", "1:nothing runs, or something is missing"},
        footerHeading = "%nExamples:%n",
        footer = {"  penstock cluster status", "  penstock cluster status --json --dir data/other-cluster"})
final class ClusterStatusCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Mixin
    private ClusterDir dir;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ClusterStatus status = dir.cluster().status();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(status));
        } else {
            ClusterView.print(status, out);
        }
        return status.complete() ? 0 : Failure.FAILED;
    }
}
