/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.sink.files.Manifests;
import io.penstock.sink.files.Manifests.Found;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.spec.JobSpec;
import io.penstock.window.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.apache.flink.core.fs.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The export that a command is about: a folder, or the one that a job file's files sink writes to. */
final class ExportFolder {
    @Parameters(
            index = "0",
            paramLabel = "JOB|FOLDER",
            description = "A job file, or the folder that a files sink writes to.")
    private String target;

    @Option(names = "--sink", paramLabel = "NAME", description = "Which files sink: needed where the job has several.")
    private String sink;

    /** The folder, as it was given or as the job file names it. */
    String path() {
        return isJob() ? pathOf(JobFiles.read(java.nio.file.Path.of(target))) : target;
    }

    private boolean isJob() {
        String lower = target.toLowerCase(Locale.ROOT);
        return (lower.endsWith(".yaml") || lower.endsWith(".yml")) && !Files.isDirectory(java.nio.file.Path.of(target));
    }

    /** Whether windows are sealed in the metadata store alone. */
    boolean isJobWithStoreOnly() {
        if (!isJob()) {
            return false;
        }
        JobSpec job = JobFiles.read(java.nio.file.Path.of(target));
        return job.metadata() != null && job.sinks().stream().noneMatch(FilesSinkSpec.class::isInstance);
    }

    /**
     * The job file.
     *
     * @throws Failure (exit code 2) when it is a folder
     */
    java.nio.file.Path jobFile() {
        if (!isJob()) {
            throw Failure.usage(target + " is a folder; which metadata store it is, a job file says");
        }
        return java.nio.file.Path.of(target);
    }

    private String pathOf(JobSpec job) {
        List<FilesSinkSpec> sinks = job.sinks().stream()
                .filter(FilesSinkSpec.class::isInstance)
                .map(FilesSinkSpec.class::cast)
                .filter(files -> sink == null || files.name().equals(sink))
                .toList();
        if (sinks.isEmpty()) {
            throw Failure.usage(target + " has no files sink" + (sink == null ? "" : " of the name " + sink)
                    + ": windows are sealed beside files, or in a metadata store");
        }
        if (sinks.size() > 1) {
            throw Failure.usage(target + " has several files sinks: choose one with --sink "
                    + String.join("|", sinks.stream().map(FilesSinkSpec::name).toList()));
        }
        sink = sinks.get(0).name();
        return sinks.get(0).path();
    }

    /** The sink that was named, or that the job file has; null when neither is known. */
    String sink() {
        return sink;
    }

    /** A manifest's path below the export's folder. */
    static String below(Found manifest) {
        return "manifests/" + manifest.generation() + "/" + manifest.namespaceFolder() + "/"
                + manifest.path().getName();
    }

    /** The path of a manifest's receipt below the export's folder. */
    static String receiptBelow(Found manifest, Path receipt) {
        return "manifests/" + manifest.generation() + "/" + manifest.namespaceFolder() + "/receipts/"
                + receipt.getName();
    }

    /** A data file's path below the export's folder. */
    static String below(Path file) {
        return file.getParent().getName() + "/" + file.getName();
    }

    /** A file's bytes. */
    static byte[] bytes(Path file) throws IOException {
        try (InputStream in = file.getFileSystem().open(file)) {
            return in.readAllBytes();
        }
    }

    /** A manifest; its reader's user is told to check the whole export when it is damaged. */
    static Manifest read(Found found) throws IOException {
        return readAll(found).get(0);
    }

    /** The manifests of all windows that one covers. */
    static List<Manifest> readAll(Found found) throws IOException {
        try {
            return Manifest.all(Manifests.read(found).bytes());
        } catch (IOException e) {
            throw Failure.failed(
                    found.path().getPath() + " " + e.getMessage() + ". Check the export with: penstock windows"
                            + " verify-chain",
                    e);
        }
    }
}
