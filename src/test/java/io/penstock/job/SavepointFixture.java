/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A savepoint with all that it needs to go on: the job file, the source's data folder, and what was exported by then. One zip
 * file.
 *
 * <pre>
 *   job.yaml      with placeholders for all that differs between machines
 *   savepoint/    as Flink wrote it
 *   source/       the development server's data folder, with the history that the stream goes on in
 *   export/       the files sink's folder, hidden files included
 * </pre>
 *
 * <p>A savepoint names pending files by their absolute paths, behind their lengths. So that it can be moved, a fixture is written
 * and unpacked in folders whose paths have one fixed length, and the path in it is replaced byte by byte.
 */
record SavepointFixture(Path folder) {
    static final Path ROOT = Path.of("src/test/resources/savepoints");

    private static final int PATH_LENGTH = 220;
    private static final String SAVEPOINT = "savepoint/";
    private static final byte[] ANYWHERE =
            ("/fixture/" + "x".repeat(PATH_LENGTH)).substring(0, PATH_LENGTH).getBytes(StandardCharsets.US_ASCII);

    /** An empty one below a folder. */
    static SavepointFixture in(Path base) throws IOException {
        int missing = PATH_LENGTH - base.toRealPath().toString().length() - 1;
        if (missing < 1) {
            throw new IOException(
                    "fixtures need a temporary folder of less than " + PATH_LENGTH + " characters: " + base);
        }
        return new SavepointFixture(Files.createDirectories(base.toRealPath().resolve("f".repeat(missing))));
    }

    /** All that are kept, each in a folder that names what wrote it. */
    static List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".zip"))
                    .sorted()
                    .toList();
        }
    }

    static SavepointFixture unpack(Path zip, Path base) throws IOException {
        SavepointFixture fixture = in(base);
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = fixture.folder.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                byte[] content = in.readAllBytes();
                Files.write(
                        file,
                        entry.getName().startsWith(SAVEPOINT) ? replaced(content, ANYWHERE, fixture.path()) : content);
            }
        }
        return fixture;
    }

    void pack(Path zip) throws IOException {
        Files.createDirectories(zip.getParent());
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file)) {
            out.setLevel(9);
            for (String part : List.of("job.yaml", "savepoint", "source", "export")) {
                for (Path each : files(folder.resolve(part))) {
                    String name = folder.relativize(each).toString();
                    ZipEntry entry = new ZipEntry(name);
                    entry.setTime(0);
                    out.putNextEntry(entry);
                    byte[] content = Files.readAllBytes(each);
                    out.write(name.startsWith(SAVEPOINT) ? replaced(content, path(), ANYWHERE) : content);
                    out.closeEntry();
                }
            }
        }
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private byte[] path() {
        return folder.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] replaced(byte[] content, byte[] from, byte[] to) {
        byte[] result = content.clone();
        for (int i = 0; i + from.length <= content.length; i++) {
            if (Arrays.equals(content, i, i + from.length, from, 0, from.length)) {
                System.arraycopy(to, 0, result, i, to.length);
            }
        }
        return result;
    }

    String jobFile() {
        try {
            return Files.readString(folder.resolve("job.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path savepoint() {
        return folder.resolve("savepoint");
    }

    Path source() {
        return folder.resolve("source");
    }

    Path export() {
        return folder.resolve("export");
    }

    /** What the savepoint says. */
    SavepointView view() throws IOException {
        try (InputStream in = Files.newInputStream(savepoint().resolve("_metadata"))) {
            return SavepointView.of(in, savepoint().toUri().toString());
        }
    }
}
