/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints and savepoints in a job's state folder, and which of them the next start continues from.
 *
 * <p>Each life is a Flink job with an id of its own, and Flink keeps its checkpoints in {@code checkpoints/<id>/chk-<n>}; its savepoints
 * go to {@code savepoints/<id>/}. One that has its {@code _metadata} is
 * complete: Flink puts that file in place in one step, before it tells any sink to commit. A note that was taken when a checkpoint is
 * reported as complete would come too late: a process that is killed in between has committed what the note does not know of.
 */
public final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final String LIFE = "[0-9a-f]{32}";
    private static final String CHECKPOINT = "chk-";
    private static final String SAVEPOINT = "savepoint-";

    private final Path stateDir;

    private Checkpoints(Path stateDir) {
        this.stateDir = stateDir;
    }

    /** @param stateDir a job file's {@code pipeline.state-dir} */
    public static Checkpoints in(String stateDir) {
        return new Checkpoints(StateDir.of(stateDir));
    }

    /** A life's checkpoints, each {@code chk-<number>}. */
    public Path checkpointsOf(String flinkJob) {
        return new Path(new Path(stateDir, "checkpoints"), flinkJob);
    }

    /** Where a life's savepoints go; the one that ends it is found there also when whoever asked for it died. */
    public Path savepointsOf(String flinkJob) {
        return new Path(new Path(stateDir, "savepoints"), flinkJob);
    }

    /**
     * Where the next start continues: where the record says, else at the last life's newest, else where that life had begun. The job must
     * not be running, see {@link JobRecord}; empty when there is nothing to continue from.
     *
     * @throws FileNotFoundException when the record names a savepoint that is gone
     */
    public Optional<Path> latest(JobRecord record) throws IOException {
        if (record.savepoint().isPresent()) {
            Path savepoint = StateDir.of(record.savepoint().get());
            if (!StoredState.isComplete(savepoint)) {
                throw new FileNotFoundException("the savepoint that " + record.name() + " is to continue from is gone: "
                        + savepoint + ". Put it back; to begin elsewhere is a rollback");
            }
            return Optional.of(savepoint);
        }
        List<Path> completed = completed(record.flinkJob());
        if (!completed.isEmpty()) {
            return Optional.of(completed.get(0));
        }
        Optional<Path> from = record.startedFrom().map(StateDir::of);
        return from.isPresent() && StoredState.isComplete(from.get()) ? from : Optional.empty();
    }

    /** Whether there is nothing, by any of the places that a record names, that a start could go on from. */
    public boolean areLost(JobRecord record) throws IOException {
        List<Path> named = Stream.of(record.savepoint(), record.startedFrom())
                .flatMap(Optional::stream)
                .map(StateDir::of)
                .toList();
        for (Path path : named) {
            if (StoredState.isComplete(path)) {
                return false;
            }
        }
        return complete(record.flinkJob()).isEmpty();
    }

    /** All that a life completed, the newest first; by Flink's number, which a life's checkpoints and savepoints share. */
    public List<Path> completed(String flinkJob) throws IOException {
        SortedMap<Long, Path> completed = new TreeMap<>(Comparator.reverseOrder());
        for (Path path : complete(flinkJob)) {
            completed.put(number(path), path);
        }
        return List.copyOf(completed.values());
    }

    /** The same in no order, and without a look at what they hold. */
    public List<Path> complete(String flinkJob) throws IOException {
        List<Path> complete = new ArrayList<>();
        for (Path path : children(checkpointsOf(flinkJob))) {
            if (path.getName().startsWith(CHECKPOINT) && StoredState.isComplete(path)) {
                complete.add(path);
            }
        }
        for (Path path : children(savepointsOf(flinkJob))) {
            if (path.getName().startsWith(SAVEPOINT) && StoredState.isComplete(path)) {
                complete.add(path);
            }
        }
        return complete;
    }

    /**
     * Removes what no later start can need, once the next life is recorded: what lives before left, but for the one that the next begins
     * from. A savepoint that an operator had asked for stays: only those are removed with which a life was ended.
     */
    public void removeAllBut(JobRecord next) throws IOException {
        remove(Stream.concat(
                        Stream.of(next.flinkJob()),
                        next
                                .startedFrom()
                                .map(from -> StateDir.of(from).getParent().getName())
                                .stream())
                .toList());
    }

    /** Removes all that lives left, but for the savepoints that an operator had asked for. */
    public void removeAll() throws IOException {
        remove(List.of());
    }

    private void remove(List<String> kept) throws IOException {
        for (Path life : children(new Path(stateDir, "checkpoints"))) {
            if (life.getName().matches(LIFE) && !kept.contains(life.getName())) {
                fileSystem(life).delete(life, true);
            }
        }
        for (Path life : children(new Path(stateDir, "savepoints"))) {
            if (life.getName().matches(LIFE) && !kept.contains(life.getName())) {
                for (Path savepoint : children(life)) {
                    if (endedALife(savepoint)) {
                        fileSystem(savepoint).delete(savepoint, true);
                    }
                }
            }
        }
    }

    /** What cannot be read is left alone. */
    private static boolean endedALife(Path savepoint) {
        try {
            return StoredState.read(savepoint).stopped();
        } catch (IOException e) {
            LOG.info("{} is kept: {}", savepoint, e.toString());
            return false;
        }
    }

    private static long number(Path checkpoint) throws IOException {
        return checkpoint.getName().startsWith(CHECKPOINT)
                ? Long.parseLong(checkpoint.getName().substring(CHECKPOINT.length()))
                : StoredState.read(checkpoint).id();
    }

    private static List<Path> children(Path folder) throws IOException {
        try {
            FileStatus[] children = fileSystem(folder).listStatus(folder);
            return children == null
                    ? List.of()
                    : Arrays.stream(children)
                            .filter(Objects::nonNull)
                            .map(FileStatus::getPath)
                            .toList();
        } catch (FileNotFoundException e) {
            return List.of();
        }
    }

    private static FileSystem fileSystem(Path path) throws IOException {
        return FileSystem.get(path.toUri());
    }
}
