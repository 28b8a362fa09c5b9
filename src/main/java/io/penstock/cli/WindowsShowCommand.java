/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cli.SealedHistory.Shown;
import io.penstock.record.CanonicalJson;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock windows show}. */
@Command(
        name = "show",
        header = "Show the manifests of one window.",
        description =
                "Prints the manifests of a window, of each collection and the latest generation, as JSON. The file"
                        + " itself holds the same on one line, in the form that is hashed.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  penstock windows show data/cities/export 28333334 --namespace geo.cities"})
final class WindowsShowCommand implements Callable<Integer> {
    @Mixin
    private ExportTarget target;

    @Parameters(index = "1", paramLabel = "WINDOW", description = "The window's number.")
    private long window;

    @Option(names = "--namespace", paramLabel = "NS", description = "Of this collection only.")
    private String namespace;

    @Option(names = "--generation", paramLabel = "N", description = "Of this generation, instead of the latest.")
    private int generation;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        List<Shown> ofWindow;
        try (SealedHistory history = target.open()) {
            ofWindow = history.of(window);
        }
        int latest = generation != 0
                ? generation
                : ofWindow.stream().mapToInt(Shown::generation).max().orElse(0);
        PrintWriter out = spec.commandLine().getOut();
        int shown = 0;
        for (Shown found : ofWindow) {
            if (found.generation() == latest && (namespace == null || namespace.equals(found.namespace()))) {
                out.println(CanonicalJson.MAPPER.readTree(found.json()).toPrettyString());
                shown++;
            }
        }
        if (shown == 0) {
            throw Failure.failed("window " + window + " is not sealed; penstock windows list shows those that are");
        }
        return 0;
    }
}
