/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A process that writes a job's record again and again, and prints each version that it won. */
final class RecordWriter {
    private RecordWriter() {}

    /** @param arguments a state folder, a file to wait for before it begins, and one to end at */
    public static void main(String[] arguments) throws Exception {
        JobRecords records = JobRecords.in(arguments[0]);
        System.out.println("ready");
        while (!Files.exists(Path.of(arguments[1]))) {
            Thread.onSpinWait();
        }
        while (!Files.exists(Path.of(arguments[2]))) {
            Optional<Versioned<JobRecord>> read = records.read();
            long version = read.map(Versioned::version).orElse(JobRecords.NONE);
            if (records.compareAndSet(version, Records.first())) {
                System.out.println(version + 1);
            }
        }
    }
}
