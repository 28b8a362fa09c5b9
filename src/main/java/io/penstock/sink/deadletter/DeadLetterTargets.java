/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.deadletter;

import io.penstock.spec.JobSpec;
import io.penstock.store.LetterStore;
import io.penstock.store.MetadataOptions;
import io.penstock.store.letters.FileLetters;
import io.penstock.store.letters.KafkaLetters;
import io.penstock.store.mongo.MongoLetters;
import java.io.IOException;

/** Where a job's dead letters are kept, by its job file. */
public final class DeadLetterTargets {
    private DeadLetterTargets() {}

    /**
     * What a job's sinks do with changes that their targets refuse. Travels with the job: secrets stay placeholders until it connects.
     *
     * @param job with absolute paths where it is to run elsewhere
     */
    public static DeadLetterPolicy policy(JobSpec job) {
        return new DeadLetterPolicy(
                () -> open(job), job.deadLetters().maxCount(), job.deadLetters().maxRate());
    }

    /**
     * Connects. To be closed.
     *
     * @throws io.penstock.spec.SecretNotSetException when a secret is not known in this process
     */
    public static LetterStore open(JobSpec job) throws IOException {
        return switch (job.deadLetters().type()) {
            case METADATA -> MongoLetters.open(MetadataOptions.of(job).orElseThrow());
            case FILES -> FileLetters.in(job.deadLetters().path(), job.name());
            case KAFKA -> KafkaLetters.open(job.deadLetters(), job.name());
            case AUTO -> throw new IllegalStateException("a job file that was read says where");
        };
    }
}
