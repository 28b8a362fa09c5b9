/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a run of a job of increments leaves beside the job's record, so that the next one need not start Flink to find that there is nothing
 * to do. Only that: without it, or when the job has gone on from elsewhere since, the next run looks for itself.
 *
 * @param savepoint with which the run was stopped
 * @param end everything before it is exported, milliseconds of the source's time
 */
record IncrementNote(String savepoint, long end) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    void write(Path file) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        JSON.writeValue(next.toFile(), this);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Up to when a job is exported that would continue from a savepoint; empty when that is not known.
     *
     * @param from where the job would continue
     */
    static OptionalLong end(Path file, Optional<org.apache.flink.core.fs.Path> from) throws IOException {
        if (from.isEmpty() || !Files.exists(file)) {
            return OptionalLong.empty();
        }
        IncrementNote note = JSON.readValue(file.toFile(), IncrementNote.class);
        String noted = new org.apache.flink.core.fs.Path(note.savepoint()).getPath();
        return noted.equals(from.get().getPath()) ? OptionalLong.of(note.end()) : OptionalLong.empty();
    }
}
