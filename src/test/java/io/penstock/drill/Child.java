/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A process that a drill starts, stops and kills, and what it prints. */
final class Child implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** A drill that is interrupted leaves nothing behind. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    private static volatile boolean ending;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ending = true;
            RUNNING.forEach(Process::destroyForcibly);
        }));
    }

    private final String name;
    private final Process process;
    private final Path output;

    private Child(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    /** Starts it in a folder; what it prints goes to a file there, anew with each start. */
    static Child start(String name, Path folder, Map<String, String> environment, List<String> command)
            throws IOException {
        Files.createDirectories(folder);
        Path output = folder.resolve(name + ".out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(output.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        RUNNING.add(process);
        if (ending) {
            process.destroyForcibly();
        }
        return new Child(name, process, output);
    }

    /** {@code scripts/penstock} of this project, with a JVM that starts quickly. */
    static Child penstock(String name, Path folder, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of("scripts", "penstock").toAbsolutePath().toString());
        command.addAll(List.of(arguments));
        Map<String, String> all = new java.util.HashMap<>(environment);
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        all.put("PENSTOCK_OPTS", "-XX:TieredStopAtLevel=1 -Xmx1g -Djava.io.tmpdir=" + temporary.toAbsolutePath());
        return start(name, folder, all, command);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has printed something, and returns the match. */
    Matcher await(String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        Matcher[] found = new Matcher[1];
        Awaitility.await().atMost(PATIENCE).until(() -> {
            // Asked first: what a process printed before it ended is there by then.
            boolean alive = isAlive();
            found[0] = compiled.matcher(output());
            if (found[0].find()) {
                return true;
            }
            if (!alive) {
                throw new IllegalStateException(endedByItself());
            }
            return false;
        });
        return found[0];
    }

    String endedByItself() {
        return name + " ended by itself with " + process.exitValue() + ":\n" + output();
    }

    /** Waits for a moment; true when it ended. */
    boolean ended(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** Waits for its end; the exit code. */
    int exitCode(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(name + " did not end within " + limit + ":\n" + output());
        }
        return process.exitValue();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        // What a shell has started would outlive it.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGSTOP or SIGCONT. */
    void signal(String signal) throws IOException, InterruptedException {
        signal(process.pid(), signal);
    }

    static void signal(long pid, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    }

    /** SIGTERM, and the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        return exitCode(Duration.ofMinutes(3));
    }

    @Override
    public void close() throws InterruptedException {
        if (isAlive()) {
            kill();
        }
    }
}
