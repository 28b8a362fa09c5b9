/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.spec.SinkSpec;
import io.penstock.store.AuditEvent;
import io.penstock.store.LetterEntry;
import io.penstock.store.LetterState;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code penstock dlq replay}. */
@Command(
        name = "replay",
        header = "Export dead letters after all.",
        description =
                "Asks the job to export letters once more, to the sink that could not, and waits for what becomes of each. A letter goes through the"
                        + " running job in order with its document's other changes: it is exported only when no newer version of the document was"
                        + " exported since, else it is superseded. A job that does not run does it when it is started next.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:each is replayed or superseded; or the job does not run, and will see to it",
            "1:one was refused again, or not heard of in time",
            "2:wrong usage, or an invalid job file"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock dlq replay jobs/orders.yaml 3fa92c",
            "  penstock dlq replay jobs/orders.yaml --sink base --wait 5min",
            "  penstock dlq replay jobs/orders.yaml --all --wait 0s   ask, and do not wait"
        })
final class DlqReplayCommand implements Callable<Integer> {
    @Mixin
    private LetterChoice choice;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "1min",
            description = "How long to wait for what becomes of them, such as 30s; $${DEFAULT-VALUE} by default.")
    private String wait;

    @Option(names = "--json", description = "Print what became of them as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** For programs. */
    private record Replayed(String job, boolean runs, List<ReplayWatch.Outcome> letters) {}

    @Override
    public Integer call() throws Exception {
        Duration patience = patience();
        try (JobLetters job = JobLetters.open(choice.jobFile())) {
            List<LetterEntry> chosen = choice.of(job.store(), EnumSet.of(LetterState.OPEN, LetterState.REQUESTED));
            requireSinks(job, chosen);
            request(job, chosen);
            boolean runs = job.runs();
            ReplayWatch watch = new ReplayWatch(job.store(), chosen, outcome -> say(outcome.sentence()));
            watch.await(runs ? patience : Duration.ZERO);
            return report(job, runs, watch, patience);
        }
    }

    private Duration patience() {
        try {
            return TimeUtils.parseDuration(wait);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--wait: '" + wait + "' is no duration, such as 30s or 5min");
        }
    }

    /** A sink that is there no more takes nothing. */
    private static void requireSinks(JobLetters job, List<LetterEntry> chosen) {
        Set<String> sinks = job.job().sinks().stream().map(SinkSpec::name).collect(Collectors.toSet());
        chosen.stream()
                .filter(letter -> letter.state().isOpen() && !sinks.contains(letter.sink()))
                .findFirst()
                .ifPresent(letter -> {
                    throw Failure.usage(LetterTable.shortId(letter) + " is of the sink '" + letter.sink()
                            + "', which the job file does not have: it could not be exported anywhere");
                });
    }

    private void request(JobLetters job, List<LetterEntry> chosen) throws IOException {
        List<LetterEntry> open = chosen.stream()
                .filter(letter -> letter.state() == LetterState.OPEN)
                .toList();
        for (LetterEntry letter : open) {
            job.store().request(letter.id());
        }
        if (!open.isEmpty()) {
            String ids = open.stream().map(LetterEntry::id).collect(Collectors.joining(" "));
            AuditEvent event = AuditEvent.of("dlq-replay").with("letters", ids).with("count", open.size());
            job.note(event, Audit.of(spec, null));
        }
    }

    private int report(JobLetters job, boolean runs, ReplayWatch watch, Duration patience) {
        List<LetterEntry> waiting = watch.waiting();
        if (json) {
            out().println(Json.of(new Replayed(job.job().name(), runs, watch.outcomes())));
        } else if (watch.outcomes().isEmpty()) {
            say("no dead letters to replay");
        } else if (!waiting.isEmpty()) {
            String letters = waiting.size() == 1 ? "1 letter is" : waiting.size() + " letters are";
            say(
                    runs
                            ? letters
                                    + " asked for, and not heard of yet; to see what became of them: penstock dlq list "
                                    + choice.jobFile()
                            : job.job().name() + " does not run: " + letters
                                    + " asked for, and exported when it is started next");
        }
        out().flush();
        boolean heard = waiting.isEmpty() || !runs || patience.isZero();
        return heard && !watch.wasRefusedAgain() ? 0 : Failure.FAILED;
    }

    private void say(String sentence) {
        if (!json) {
            out().println(sentence);
            out().flush();
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
