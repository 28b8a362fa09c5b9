/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void versionAndHelpAreAnsweredWithZero() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).startsWith("penstock ").contains("Java 17");
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("Examples:", "Exit codes:", "penstock run jobs/my.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "validate", "plan", "run", "dev-server", "cluster"})
    void theHelpOfEachCommandTeachesByExample(String command) {
        assertThat(execute(command, "--help")).isZero();
        assertThat(out.toString()).contains("Examples:", "  penstock " + command);
    }

    @Test
    void linesOfTheHelpFitATerminal() {
        for (String command : Main.commandLine().getSubcommands().keySet()) {
            execute(command, "--help");
        }
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void noCommandAnUnknownOneAndAMissingArgumentAreWrongUsage() {
        assertThat(execute()).isEqualTo(2);
        assertThat(execute("exprot")).isEqualTo(2);
        assertThat(err.toString()).contains("exprot", "Commands: demo, validate", "Try 'penstock --help'.");
        assertThat(execute("run")).isEqualTo(2);
        assertThat(err.toString()).contains("JOB", "Try 'penstock run --help'.");
        assertThat(execute("run", "--fesh", "x.yaml")).isEqualTo(2);
        assertThat(err.toString()).contains("--fresh");
    }

    @Test
    void validateAcceptsAValidFile() throws IOException {
        Path file = job("name: cities\nsource: {collections: [geo.cities]}\nsinks: [{type: files, path: out}]\n");
        assertThat(execute("validate", file.toString())).isZero();
        assertThat(out.toString()).contains(file + ": valid");
    }

    @Test
    void everyJobFileThatIsShippedAndTheOneOfTheReadmeAreValid() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("validate"));
        try (Stream<Path> jobs = Files.list(Path.of("jobs"))) {
            jobs.map(Path::toString).filter(job -> job.contains("cities")).forEach(arguments::add);
        }
        String readme = Files.readString(Path.of("README.md"));
        int begin = readme.indexOf("```yaml\nname: ") + "```yaml\n".length();
        arguments.add(job(readme.substring(begin, readme.indexOf("```", begin))).toString());
        assertThat(execute(arguments.toArray(String[]::new))).as(out.toString()).isZero();
        assertThat(out.toString().lines()).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void validateNamesEveryProblemWithItsPlaceAndEndsWithTwo() throws IOException {
        Path file = job("name: cities\nsorce: {}\nsinks: [{type: files, path: out, format: csv}]\n");
        assertThat(execute("validate", file.toString())).isEqualTo(2);
        assertThat(out.toString().lines())
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(line -> line.matches("\\Q" + file + "\\E:\\d+:\\d+: .+"))
                .anyMatch(line -> line.contains(":2:1:") && line.contains("source"))
                .anyMatch(line -> line.contains(":3:") && line.contains("csv"));
    }

    @Test
    void validateSpeaksJson() throws IOException {
        Path file = job("name: cities\n");
        assertThat(execute("validate", "--json", file.toString())).isEqualTo(2);
        assertThat(out.toString()).startsWith("[").contains("\"line\"", "\"message\"");
    }

    @Test
    void aFileThatIsNotThereIsOneClearLine() {
        assertThat(execute("validate", "nowhere.yaml")).isEqualTo(2);
        assertThat(out.toString().strip()).isEqualTo("nowhere.yaml:1:1: there is no job file nowhere.yaml");
        assertThat(execute("run", "nowhere.yaml")).isEqualTo(2);
        assertThat(err.toString().strip()).isEqualTo("penstock: there is no job file nowhere.yaml");
    }

    @Test
    void verboseAddsTheStackTrace() {
        execute("run", "--verbose", "nowhere.yaml");
        assertThat(err.toString()).contains("there is no job file").contains("at io.penstock.cli.");
    }

    @Test
    void runRefusesAnInvalidFileWithAllItsProblems() throws IOException {
        Path file = job("name: cities\nsorce: {}\n");
        assertThat(execute("run", file.toString())).isEqualTo(2);
        assertThat(err.toString().lines()).hasSizeGreaterThanOrEqualTo(2).allMatch(line -> line.startsWith(file + ":"));
    }

    @Test
    void runRefusesToExportOverWhatIsThere() throws IOException {
        Path export = folder.resolve("out");
        Files.createDirectories(export.resolve("geo.cities"));
        Files.writeString(export.resolve("geo.cities/part-0-0.ndjson"), "{}");
        Path file = job(
                """
                name: cities
                source: {uri: "mongodb://127.0.0.1:1", collections: [geo.cities]}
                sinks: [{type: files, path: "%s"}]
                pipeline: {state-dir: "%s"}
                """
                        .formatted(export, folder.resolve("state")));
        assertThat(execute("run", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("is not empty", export.toString(), "no checkpoint to continue");
        err.getBuffer().setLength(0);
        assertThat(execute("run", "--fresh", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("is not empty").doesNotContain("no checkpoint to continue");
        assertThat(export.resolve("geo.cities/part-0-0.ndjson")).exists();
    }

    @Test
    void runRefusesAParallelismThatTheJobCanNeverHave() throws IOException {
        Path file = job(
                """
                name: cities
                source: {collections: [geo.cities]}
                sinks: [{type: files, path: out}]
                pipeline: {max-parallelism: 4}
                """);
        assertThat(execute("run", "-p", "5", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("between 1 and", "4");
    }

    @Test
    void aClusterThatDoesNotAnswerIsNamedWithHowToStartOne() throws IOException {
        Path file = job(
                """
                name: cities
                source: {uri: "mongodb://127.0.0.1:1", collections: [geo.cities]}
                sinks: [{type: files, path: out}]
                pipeline: {state-dir: "%s"}
                """
                        .formatted(folder.resolve("state")));
        for (String verb : List.of("submit", "status", "pause", "resume", "savepoint", "cancel")) {
            err.getBuffer().setLength(0);
            assertThat(execute(verb, "--cluster", "http://127.0.0.1:1", file.toString()))
                    .isEqualTo(1);
            assertThat(err.toString())
                    .contains("http://127.0.0.1:1", "penstock cluster start")
                    .hasLineCount(1);
        }
        assertThat(execute("submit", "--cluster", "http://", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("is no address of a cluster");
    }

    @Test
    void aParallelismBeyondTheJobsMaximumIsWrongUsageForAVerbToo() throws IOException {
        Path file = job(
                """
                name: cities
                source: {collections: [geo.cities]}
                sinks: [{type: files, path: out}]
                pipeline: {max-parallelism: 4}
                """);
        assertThat(execute("rescale", "-p", "5", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("between 1 and", "4");
    }

    private Path job(String text) throws IOException {
        return Files.writeString(folder.resolve("job.yaml"), text);
    }

    private int execute(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
