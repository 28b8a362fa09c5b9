/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.spec.JobSpec;
import io.penstock.store.AuditLog;
import io.penstock.store.JobRecord;
import io.penstock.store.Manifests;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A job's metadata store, for the commands that only look at it. */
final class JobStore implements AutoCloseable {
    private final String name;
    private final MetadataStore store;
    private final EmbeddedStore server;

    private JobStore(String name, MetadataStore store, EmbeddedStore server) {
        this.name = name;
        this.store = store;
        this.server = server;
    }

    /**
     * Connects lazily; where the store is the development server inside a run, starts that.
     *
     * @param why it is needed, to be said of a job file that has none
     * @throws Failure when the job has no metadata store, or runs in another process that holds it
     */
    static JobStore open(Path file, String why) {
        JobSpec job = JobFiles.read(file).below(Path.of("").toAbsolutePath());
        if (job.metadata() == null) {
            throw Failure.usage(file + " has no section 'metadata': " + why);
        }
        EmbeddedStore server = EmbeddedStore.of(job);
        MetadataOptions options = MetadataOptions.of(server.job()).orElseThrow();
        return new JobStore(job.name(), MetadataStore.open(options), server);
    }

    String name() {
        return name;
    }

    Manifests manifests() {
        return store.manifests();
    }

    AuditLog log() {
        return store.audit();
    }

    /** As it is now; empty for a job that was never started. */
    Optional<Versioned<JobRecord>> record() throws IOException {
        return store.records().read();
    }

    @Override
    public void close() throws Exception {
        store.close();
        server.close();
    }
}
