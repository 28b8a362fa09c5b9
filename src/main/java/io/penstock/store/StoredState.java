/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;

/**
 * A complete checkpoint or savepoint, as its metadata tells.
 *
 * @param path of the folder that holds {@code _metadata}
 * @param id grows within a life of a job; savepoints are counted among the checkpoints
 * @param modified of its metadata, in milliseconds since 1970
 * @param stopped whether a life was stopped with it: it is a savepoint of the kind after which nothing more is processed
 * @param operators the ids of the operators that have state in it, in hex
 */
public record StoredState(Path path, long id, long modified, boolean stopped, Set<String> operators) {
    /** The file that makes it complete. */
    public static final String METADATA = "_metadata";

    /** Whether it can be continued from: Flink puts the metadata in place in one step, when all the rest is there. */
    public static boolean isComplete(Path folder) throws IOException {
        return folder.getFileSystem().exists(new Path(folder, METADATA));
    }

    /**
     * Reads its metadata.
     *
     * @param path of its folder, or of the file {@code _metadata} in it
     * @throws FileNotFoundException when there is none
     * @throws IOException when it cannot be read, or makes no sense
     */
    public static StoredState read(Path path) throws IOException {
        Path folder = path.getName().equals(METADATA) ? path.getParent() : path;
        Path metadata = new Path(folder, METADATA);
        FileSystem files = folder.getFileSystem();
        if (!files.exists(metadata)) {
            throw new FileNotFoundException(metadata + " is not there");
        }
        try (DataInputStream in = new DataInputStream(files.open(metadata))) {
            CheckpointMetadata read = org.apache.flink.runtime.checkpoint.Checkpoints.loadCheckpointMetadata(
                    in, StoredState.class.getClassLoader(), metadata.toString());
            return new StoredState(
                    folder,
                    read.getCheckpointId(),
                    files.getFileStatus(metadata).getModificationTime(),
                    read.getCheckpointProperties() != null
                            && read.getCheckpointProperties().isSynchronous(),
                    read.getOperatorStates().stream()
                            .map(OperatorState::getOperatorID)
                            .map(Object::toString)
                            .collect(Collectors.toUnmodifiableSet()));
        } catch (OutOfMemoryError e) {
            // Flink makes room for as many entries as a damaged length says; that room was never had.
            throw new IOException("its lengths make no sense: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new IOException("it makes no sense: " + e.getMessage(), e);
        }
    }

    /** Whether it is one that a life of a job has left. */
    public boolean isOfLife(String stateDir, String flinkJob) {
        Checkpoints places = Checkpoints.in(stateDir);
        Path parent = path.getParent();
        return parent.equals(places.savepointsOf(flinkJob)) || parent.equals(places.checkpointsOf(flinkJob));
    }
}
