/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.spec.JobSpec;
import io.penstock.spec.SpecException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** Reads job files under this process's environment. */
final class JobFiles {
    private JobFiles() {}

    /**
     * Reads a job file.
     *
     * @throws SpecException with everything that is wrong with it
     * @throws Failure (exit code 2) when there is no such file, or it is no text
     */
    static JobSpec read(Path file) {
        return read(file, System::getenv);
    }

    static JobSpec read(Path file, Function<String, String> environment) {
        return JobSpec.parse(file.toString(), text(file), environment);
    }

    /**
     * The text of a job file.
     *
     * @throws Failure (exit code 2) when there is no such file, or it is no text
     */
    static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw Failure.usage("there is no job file " + file);
        } catch (MalformedInputException e) {
            throw Failure.usage(file + " is not a text in UTF-8");
        } catch (IOException e) {
            throw Failure.usage("cannot read " + file + ": " + e.getMessage());
        }
    }

    /**
     * A job at another parallelism.
     *
     * @param parallelism null for the job file's own
     * @throws Failure (exit code 2) when the job cannot have it
     */
    static JobSpec at(Integer parallelism, JobSpec job) {
        if (parallelism == null) {
            return job;
        }
        if (parallelism < 1 || parallelism > job.pipeline().maxParallelism()) {
            throw Failure.usage("--parallelism must lie between 1 and the job's max-parallelism, "
                    + job.pipeline().maxParallelism());
        }
        return job.withPipeline(job.pipeline().withParallelism(parallelism));
    }

    /** A job file with its secrets; empty where one of their variables is not set. The file is known to be valid otherwise. */
    static Optional<JobSpec> resolved(Path file) {
        try {
            return Optional.of(read(file));
        } catch (SpecException secretsAreMissing) {
            return Optional.empty();
        }
    }
}
