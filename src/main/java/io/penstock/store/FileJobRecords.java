/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.store.RecordText.Noted;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job's record as a folder of files, one a version: {@code job/<version>.json} below the state folder, of which the greatest counts and
 * the last {@value #KEPT} are kept.
 *
 * <p><b>Why exactly one wins.</b> Version n+1 is written by making its file, which the file system lets one process do. But a process that
 * was stopped for long in between may make a file whose name was taken, and removed as an old version, meanwhile. Such a name is removed
 * only when a version greater by {@value #KEPT} or more is there, and the greatest is never removed: so whoever made a file looks once more,
 * and has lost when it finds one. Nobody wins twice; a version that was overtaken by so many between its making and that look has no winner,
 * hence so many are kept that only a process that was stopped can be overtaken.
 */
final class FileJobRecords implements JobRecords {
    private static final Logger LOG = LoggerFactory.getLogger(FileJobRecords.class);
    static final String FOLDER = "job";
    static final int KEPT = 200;

    /** How often a version may vanish between being listed and being read, which takes {@value #KEPT} writers each time. */
    private static final int ATTEMPTS = 10;

    private static final Pattern NAME = Pattern.compile("(\\d{10})\\.json");

    private final RecordFolder folder;

    FileJobRecords(RecordFolder folder) {
        this.folder = folder;
    }

    static FileJobRecords in(String stateDir) throws IOException {
        Path path = new Path(StateDir.of(stateDir), FOLDER);
        return new FileJobRecords(
                switch (path.toUri().getScheme()) {
                    case "file" -> new LocalRecordFolder(
                            java.nio.file.Path.of(path.toUri().getPath()));
                    case "hdfs", "viewfs" -> new RemoteRecordFolder(path);
                    default -> throw new UnsupportedStoreException(
                            stateDir, "of two that write the same file there, both may succeed");
                });
    }

    @Override
    public Optional<Versioned<JobRecord>> read() throws IOException {
        Optional<Versioned<Noted>> noted = noted();
        if (noted.isPresent() && noted.get().value().movedTo().isPresent()) {
            Noted moved = noted.get().value();
            throw new MovedRecordException(moved.movedTo().get(), moved.record());
        }
        return noted.map(found -> new Versioned<>(found.version(), found.value().record()));
    }

    /** The newest version, wherever the record is by now. */
    Optional<Versioned<Noted>> noted() throws IOException {
        for (int attempt = 1; ; attempt++) {
            long version = newest();
            if (version == NONE) {
                return Optional.empty();
            }
            try {
                String name = name(version);
                return Optional.of(
                        new Versioned<>(version, RecordText.readNoted(folder.describe(name), folder.read(name))));
            } catch (FileNotFoundException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public boolean compareAndSet(long expected, JobRecord next) throws IOException {
        return compareAndSet(expected, Noted.here(next));
    }

    boolean compareAndSet(long expected, Noted next) throws IOException {
        long mine = expected + 1;
        if (newest() != expected || !folder.create(name(mine), RecordText.write(next))) {
            return false;
        }
        if (newest() - KEPT >= mine) {
            folder.delete(name(mine));
            return false;
        }
        prune(mine - KEPT);
        return true;
    }

    /** What is left over costs a few hundred bytes: no reason to fail. */
    private void prune(long upTo) {
        try {
            for (String name : folder.list()) {
                long version = version(name);
                if (version != NONE && version <= upTo) {
                    folder.delete(name);
                }
            }
        } catch (IOException e) {
            LOG.warn("Cannot remove old versions of a job's record", e);
        }
    }

    private long newest() throws IOException {
        List<String> names = folder.list();
        return names.stream().mapToLong(FileJobRecords::version).max().orElse(NONE);
    }

    private static String name(long version) {
        return String.format("%010d.json", version);
    }

    private static long version(String name) {
        Matcher match = NAME.matcher(name);
        return match.matches() ? Long.parseLong(match.group(1)) : NONE;
    }
}
