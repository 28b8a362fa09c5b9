/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.store.Checkpoints;
import io.penstock.store.StateDir;
import io.penstock.store.StoredState;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.Path;

/**
 * What a life of a job has left: its retained checkpoints and its savepoints. Only what is complete: Flink puts the metadata in place in
 * one step, before it tells any sink to commit, so nothing newer than the newest of these was ever committed.
 *
 * @param readable newest first
 * @param damaged folders whose metadata is there and makes no sense
 */
record LifeStates(List<StoredState> readable, List<Path> damaged) {
    private static final String CHECKPOINT = "chk-";

    /**
     * The checkpoint or savepoint at a path that somebody gave.
     *
     * @throws ClusterException when there is none, or it cannot be read
     */
    static StoredState at(String path) {
        try {
            return StoredState.read(StateDir.of(path));
        } catch (FileNotFoundException e) {
            throw new ClusterException(
                    "there is no savepoint or checkpoint at " + path + ": no file " + StoredState.METADATA + " in it",
                    e);
        } catch (IOException e) {
            throw new ClusterException("cannot read the savepoint or checkpoint at " + path + ": " + e.getMessage(), e);
        }
    }

    /** Looks. */
    static LifeStates of(String stateDir, String flinkJob) {
        LifeStates found = new LifeStates(new ArrayList<>(), new ArrayList<>());
        try {
            for (Path state : Checkpoints.in(stateDir).complete(flinkJob)) {
                found.look(state);
            }
        } catch (IOException e) {
            throw new ClusterException("cannot look for checkpoints in " + stateDir + ": " + e.getMessage(), e);
        }
        found.readable.sort(Comparator.comparingLong(StoredState::id)
                .thenComparingLong(StoredState::modified)
                .reversed());
        return found;
    }

    /**
     * What the next life continues from; empty when there is nothing.
     *
     * @throws ClusterException when what may be newer is damaged: sinks have committed what it holds, and to begin further back is a
     *     rollback, which an operator has to ask for
     */
    Optional<StoredState> newest() {
        Optional<StoredState> newest = readable.stream().findFirst();
        long id = newest.map(StoredState::id).orElse(0L);
        for (Path path : damaged) {
            if (mayBeNewer(path, id)) {
                throw new ClusterException("the newest checkpoint is damaged: " + path
                        + newest.map(state ->
                                        ". To go back to the one before it, which exports what came after it once more, with a"
                                                + " greater revision: penstock resume --from " + state.path())
                                .orElse(
                                        ", and there is no other. To export everything again: penstock cancel, then penstock submit"
                                                + " --fresh, into empty targets"));
            }
        }
        return newest;
    }

    private static boolean mayBeNewer(Path path, long id) {
        String name = path.getName();
        return !name.matches(CHECKPOINT + "\\d{1,18}") || Long.parseLong(name.substring(CHECKPOINT.length())) > id;
    }

    private void look(Path state) throws IOException {
        try {
            readable.add(StoredState.read(state));
        } catch (IOException e) {
            if (StoredState.isComplete(state)) { // and not just removed, for a newer one
                damaged.add(state);
            }
        }
    }
}
