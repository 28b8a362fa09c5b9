/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** scripts/penstock, on what the build has just packaged. */
class ScriptITCase {
    private record Result(int exitCode, String out, String err) {}

    @TempDir
    private Path folder;

    private Path link;

    @BeforeEach
    void linkFromAFolderWithASpace() throws IOException {
        Path script = Path.of("scripts", "penstock").toAbsolutePath();
        Path first = Files.createSymbolicLink(folder.resolve("absolute"), script);
        Path elsewhere = Files.createDirectories(folder.resolve("a folder"));
        link = Files.createSymbolicLink(elsewhere.resolve("penstock"), elsewhere.relativize(first));
    }

    @Test
    void itIsFoundThroughLinksFromAnyFolderAndAddsNothingToTheOutput() throws Exception {
        Result result = run(link, "--version");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith("penstock ").contains("Java 17").hasLineCount(1);
    }

    @Test
    void exitCodesAndArgumentsPassThrough() throws Exception {
        Result result = run(link, "validate", "no such file.yaml");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).contains("there is no job file no such file.yaml");
    }

    @Test
    void aJavaOfAnotherVersionIsNotTaken() throws Exception {
        Path jdk = Files.createDirectories(folder.resolve("jdk-11/bin"));
        Path java = Files.writeString(jdk.resolve("java"), "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Result result = run(List.of("JAVA_HOME=" + jdk.getParent()), link, "--version");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("Java 17");
    }

    private Result run(Path script, String... arguments) throws Exception {
        return run(List.of(), script, arguments);
    }

    private Result run(List<String> environment, Path script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("env"));
        command.addAll(environment);
        command.add(script.toString());
        command.addAll(Arrays.asList(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        // The build may run once more, when a source was changed while the tests ran.
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new Result(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }
}
