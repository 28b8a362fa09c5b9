/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.penstock.cluster.ClusterException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * What {@code cluster.json} remembers: the settings, and every process that was started and not seen to end.
 *
 * @param format 1
 * @param settings what the cluster was started with
 * @param processes at most one for each role and place
 * @param started how many processes have been started in this folder: makes names unique
 */
record ClusterFile(int format, ClusterSettings settings, List<FlinkProcess> processes, int started) {
    private static final int FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    ClusterFile {
        processes = List.copyOf(processes);
    }

    static ClusterFile of(ClusterSettings settings, List<FlinkProcess> processes, int started) {
        return new ClusterFile(FORMAT, settings, processes, started);
    }

    /** The address of the REST API, for other programs that read the file. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    URI rest() {
        return settings.rest();
    }

    /**
     * Empty when there is no such file.
     *
     * @throws ClusterException when it is there and cannot be read
     */
    static Optional<ClusterFile> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            ClusterFile read = JSON.readValue(Files.readString(file), ClusterFile.class);
            if (read.format() != FORMAT || read.settings() == null) {
                throw new ClusterException(file + " was written by another version of Penstock (format " + read.format()
                        + "): end its cluster with that version, or remove the file when nothing of it runs");
            }
            return Optional.of(read);
        } catch (IOException e) {
            throw new ClusterException(file + " cannot be read: remove it when nothing of its cluster runs", e);
        }
    }

    /** Replaces the file in one step, so that it is never half written. */
    void write(Path file) {
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, JSON.writeValueAsString(this));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ClusterException("cannot write " + file, e);
        }
    }
}
