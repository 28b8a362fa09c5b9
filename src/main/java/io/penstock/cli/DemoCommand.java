/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.devserver.DevServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code penstock demo}: the first command to try. */
@Command(
        name = "demo",
        header = "Watch an export survive a crash: about a minute, no MongoDB needed.",
        description = {
            "Shows an export at work, in about a minute and without a MongoDB: loads 49,025 cities into a development"
                    + " server, writes to them all the time, exports them into files, kills the export hard in the"
                    + " middle, starts it again, and compares the files with the collection, document by document.",
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the export equals the source", "1:it does not, or something failed"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock demo                    files in data/demo/export, to look at",
            "  penstock demo --seed 7           other writes",
            "  penstock demo --dir /tmp/demo    files elsewhere"
        })
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Chooses the writer's changes; ${DEFAULT-VALUE} by default.")
    private long seed = 1;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Where everything goes; data/demo of this project by default. Cleared when an earlier demo made it.")
    private Path dir;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Path home = Path.of(System.getProperty("penstock.home", "")).toAbsolutePath();
        Path cities = home.resolve("data-sets/cities/cities.ndjson.gz");
        if (!Files.exists(cities)) {
            throw Failure.failed("there is no " + cities + "; start the demo with scripts/penstock");
        }
        DemoFolder folder = DemoFolder.create((dir == null ? home.resolve("data/demo") : dir).toAbsolutePath());
        try (RunView view = new RunView(spec.commandLine().getOut(), Console.interactive());
                DevServer server = DevServer.start()) {
            view.say("A collection is exported while it is written to, through a crash.");
            view.say("");
            return new Demo(server.uri(), cities, folder, seed, view).tell().equal() ? 0 : Failure.FAILED;
        }
    }
}
