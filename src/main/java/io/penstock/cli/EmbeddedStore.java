/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.spec.JobSpec;
import io.penstock.store.StateDir;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.util.IOUtils;

/** What has to run so that a job's metadata store can be asked: nothing, or the development server that a run has inside. */
record EmbeddedStore(JobSpec job, List<AutoCloseable> servers) implements AutoCloseable {
    /**
     * Starts it where the store is in a run's process.
     *
     * @param job with a metadata store, and absolute paths
     * @throws Failure when the job was never started here, or runs in another process that holds it
     */
    static EmbeddedStore of(JobSpec job) {
        if (!job.metadata().isEmbedded()) {
            return new EmbeddedStore(job, List.of());
        }
        Path folder = Path.of(StateDir.of(job.pipeline().stateDir()).toUri().getPath());
        if (!Files.exists(folder)) {
            throw Failure.failed(job.name() + " was never started here: there is no " + folder);
        }
        StateFolder state = StateFolder.open(folder);
        SourceServer server = SourceServer.of(job, state.server());
        return new EmbeddedStore(server.job(), List.of(server, state));
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(servers);
    }
}
