/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is made from the model of the job file is in the repository as the model makes it. */
class GeneratedFilesTest {

    private static final String REGENERATE = "mvn -q test -Dtest=GeneratedFilesTest -Dpenstock.regenerate=true";

    @Test
    void theSchemaIsWhatTheModelMakes() throws IOException {
        compare(Path.of("schema/penstock-job.schema.json"), JobFileSchema.generate());
    }

    @Test
    void theReferenceIsWhatTheModelMakes() throws IOException {
        compare(Path.of("docs/job-file.md"), JobFileReference.generate());
    }

    @Test
    void theSchemaIsShipped() {
        assertThat(JobSpec.class.getResource("/schema/penstock-job.schema.json"))
                .isNotNull();
    }

    private static void compare(Path file, String made) throws IOException {
        if (Boolean.getBoolean("penstock.regenerate")) {
            Files.writeString(file, made);
        }
        assertThat(file)
                .as("the model of the job file has changed; make the file anew with: " + REGENERATE)
                .exists();
        assertThat(Files.readString(file))
                .as("the model of the job file has changed; make %s anew with: %s", file, REGENERATE)
                .isEqualTo(made);
    }
}
