/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.local.Ended;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code penstock cluster stop}. */
@Command(
        name = "stop",
        header = "End the cluster.",
        description =
                "Ends every process of the cluster: SIGTERM, and SIGKILL to what is still there after 20 seconds. Jobs"
                        + " that run end without a savepoint and go on from their last checkpoint: pause them first. With --ha the"
                        + " next start goes on with them by itself.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  penstock cluster stop", "  penstock cluster stop --dir data/other-cluster"})
final class ClusterStopCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print what was ended as JSON.")
    private boolean json;

    @Mixin
    private ClusterDir dir;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        List<Ended> ended = dir.cluster().stop();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(ended));
        } else {
            if (ended.isEmpty()) {
                out.println("no cluster was running in " + dir.folder());
            }
            ended.forEach(process -> out.println(sentence(process)));
        }
        return 0;
    }

    private static String sentence(Ended process) {
        String name = process.name() + " (" + process.pid() + ")";
        return switch (process.how()) {
            case GONE -> name + " had ended before";
            case TERMINATED -> name + " ended";
            case KILLED -> name + " did not react for 20 s and was killed";
        };
    }
}
