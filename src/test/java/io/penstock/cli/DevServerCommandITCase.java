/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock dev-server} in a process of its own. */
class DevServerCommandITCase {
    private static final String LISTENING = "listening on ";

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void killAll() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void itSaysWhatItIsImportsThenListensAndATerminatedOneEndsWithZero() throws Exception {
        Path file = Files.writeString(folder.resolve("orders.ndjson"), "{\"_id\": 1}\n{\"_id\": 2, \"a\": 1.0}\n");
        Process process = start(
                "--import",
                "shop.orders=" + file,
                "--data",
                folder.resolve("data").toString());
        try (BufferedReader out = process.inputReader()) {
            List<String> lines = untilListening(out);
            assertThat(lines.get(0)).contains("stand-in");
            assertThat(lines.get(1)).isEqualTo("imported 2 documents into shop.orders");
            assertThat(count(lines)).isEqualTo(2);
            process.destroy();
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isZero();
        }

        Process again = start(
                "--import",
                "shop.orders=" + file,
                "--data",
                folder.resolve("data").toString());
        try (BufferedReader out = again.inputReader()) {
            List<String> lines = untilListening(out);
            assertThat(lines.get(1)).contains("nothing imported");
            assertThat(count(lines)).isEqualTo(2);
        }
    }

    @Test
    void aFileThatIsNoDocumentsIsWrongUsageAndNamesTheLine() throws Exception {
        Path file = Files.writeString(folder.resolve("orders.ndjson"), "{\"_id\": 1}\n{\"_id\": \n");
        Process process = start("--import", "shop.orders=" + file);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("orders.ndjson")
                .doesNotContain(LISTENING);
    }

    @Test
    void withAUserTheImportIsMadeAndStrangersAreRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("orders.ndjson"), "{\"_id\": 1}\n");
        Path password = Files.writeString(folder.resolve("secret"), "open sesame\n");
        Process process =
                start("--import", "shop.orders=" + file, "--user", "ann", "--password-file", password.toString());
        try (BufferedReader out = process.inputReader()) {
            List<String> lines = untilListening(out);
            assertThat(lines.get(1)).isEqualTo("imported 1 documents into shop.orders");
            assertThatThrownBy(() -> count(lines)).hasMessageContaining("uthenticat");
        }
    }

    private static long count(List<String> lines) {
        String uri = lines.get(lines.size() - 1).substring(LISTENING.length());
        try (MongoClient client = MongoClients.create(uri)) {
            return client.getDatabase("shop").getCollection("orders").countDocuments();
        }
    }

    private static List<String> untilListening(BufferedReader out) throws IOException {
        List<String> lines = new ArrayList<>();
        String line = out.readLine();
        while (line != null) {
            lines.add(line);
            if (line.startsWith(LISTENING)) {
                return lines;
            }
            line = out.readLine();
        }
        throw new AssertionError("it never listened: " + lines);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "dev-server",
                "--port",
                "0"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        started.add(process);
        return process;
    }
}
