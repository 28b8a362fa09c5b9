/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.window.Gap;
import io.penstock.window.Manifest;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code penstock windows list}. */
@Command(
        name = "list",
        header = "List an export's sealed windows.",
        description =
                "One line a window: its number, its end, how many documents the collection had then, what changed,"
                        + " how many files hold the changes, and the manifest's hash. A baseline has no count of changes: it is the"
                        + " collection as it was read.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  penstock windows list jobs/cities.yaml --namespace geo.cities --last 20"})
final class WindowsListCommand implements Callable<Integer> {
    @Mixin
    private ExportTarget target;

    @Option(names = "--namespace", paramLabel = "NS", description = "Of this collection only.")
    private String namespace;

    @Option(names = "--last", paramLabel = "N", description = "The last windows of each collection only.")
    private int last;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** A window, as it is printed. */
    record Line(
            int generation,
            String namespace,
            long window,
            String kind,
            String until,
            long documents,
            Map<String, Long> changes,
            List<Lost> historyLost,
            Lost checkpointsLost,
            int files,
            String contentHash,
            String manifestHash) {}

    /** A stretch of history that was not followed change by change, to the second: the source had forgotten it, or the job had. */
    record Lost(String from, String to) {
        static Lost of(Gap gap) {
            return new Lost(text(gap.from()), text(gap.to()));
        }

        private static String text(long clusterTime) {
            return Instant.ofEpochSecond(clusterTime >>> 32).toString();
        }
    }

    @Override
    public Integer call() throws Exception {
        List<Line> lines;
        try (SealedHistory history = target.open()) {
            lines = history.list(namespace, last).stream()
                    .map(WindowsListCommand::line)
                    .toList();
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(lines));
        } else {
            print(lines, out);
        }
        return 0;
    }

    private static Line line(Manifest manifest) {
        return new Line(
                manifest.generation(),
                manifest.namespace(),
                manifest.window(),
                manifest.kind(),
                manifest.until(),
                manifest.documents(),
                manifest.changes(),
                manifest.gaps().stream().map(Lost::of).toList(),
                manifest.checkpointsLost() == null ? null : Lost.of(manifest.checkpointsLost()),
                manifest.files().size(),
                manifest.contentHash(),
                manifest.manifestHash());
    }

    private static void print(List<Line> lines, PrintWriter out) {
        String chain = "";
        for (Line line : lines) {
            String next = line.namespace() + ", generation " + line.generation();
            if (!next.equals(chain)) {
                chain = next;
                out.println(chain);
                out.printf(
                        Locale.ROOT,
                        "  %12s  %-20s  %-8s  %12s  %-24s  %5s  %s%n",
                        "window",
                        "until",
                        "kind",
                        "documents",
                        "changes",
                        "files",
                        "manifest");
            }
            for (Lost lost : line.historyLost()) {
                out.printf("  history lost from %s to %s%n", lost.from(), lost.to());
            }
            if (line.checkpointsLost() != null) {
                out.printf(
                        "  checkpoints lost: changes not followed one by one from %s to %s%n",
                        line.checkpointsLost().from(), line.checkpointsLost().to());
            }
            out.printf(
                    Locale.ROOT,
                    "  %12d  %-20s  %-8s  %,12d  %-24s  %5d  %s%n",
                    line.window(),
                    line.until(),
                    line.kind(),
                    line.documents(),
                    changes(line.changes()),
                    line.files(),
                    line.manifestHash().substring(0, 16));
        }
        out.flush();
    }

    private static String changes(Map<String, Long> changes) {
        String text = changes.entrySet().stream()
                .filter(count -> count.getValue() != 0)
                .map(count -> count.getKey() + " " + count.getValue())
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "-" : text;
    }
}
