/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.spec.JobSpec;
import io.penstock.spec.MetadataSpec;
import java.io.Serializable;
import java.util.Optional;

/**
 * Where one job keeps its metadata. Travels inside the job graph: the address stays a placeholder until it is used.
 *
 * @param job the job's name
 * @param stateDir where its checkpoints are, absolute: what is known of it in the store is of no use with others
 */
public record MetadataOptions(MetadataSpec spec, String job, String stateDir) implements Serializable {
    /** What a job file says; empty when it has no metadata store. */
    public static Optional<MetadataOptions> of(JobSpec job) {
        return Optional.ofNullable(job.metadata())
                .map(spec -> new MetadataOptions(
                        spec, job.name(), StateDir.of(job.pipeline().stateDir()).toString()));
    }
}
