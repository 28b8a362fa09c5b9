/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import com.mongodb.ConnectionString;
import io.penstock.devserver.DevServer;
import io.penstock.spec.JobSpec;
import io.penstock.spec.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The server that a run reads from: the one that its job file names, or, for {@code embedded}, the one of {@code
 * MONGODB_URI}, else a development server in this process. Its metadata go to the server that the job file names, or, for {@code embedded}, to the
 * development server in this process.
 */
final class SourceServer implements AutoCloseable {
    private final JobSpec job;
    /** The source. */
    private final Optional<DevServer> embedded;

    private final Optional<DevServer> started;

    private SourceServer(JobSpec job, Optional<DevServer> embedded, Optional<DevServer> started) {
        this.job = job;
        this.embedded = embedded;
        this.started = started;
    }

    /**
     * Finds it, and starts it where it is to be in this process.
     *
     * @param data where an embedded server keeps what it holds: the next run must find its resume tokens valid
     */
    static SourceServer of(JobSpec job, Path data) {
        String given = System.getenv("MONGODB_URI");
        boolean isGiven = given != null && !given.isBlank() && !given.equals("embedded");
        boolean readsEmbedded = job.source().isEmbedded() && !isGiven;
        boolean keepsEmbedded = job.metadata() != null && job.metadata().isEmbedded();
        Optional<DevServer> server = readsEmbedded || keepsEmbedded
                ? Optional.of(DevServer.builder().dataDirectory(data).start())
                : Optional.empty();
        JobSpec resolved = job;
        if (job.source().isEmbedded()) {
            resolved = at(resolved, isGiven ? given : server.orElseThrow().uri());
        }
        if (keepsEmbedded) {
            Secret uri = Secret.of(server.orElseThrow().uri());
            resolved = resolved.withMetadata(job.metadata().withUri(uri));
        }
        return new SourceServer(resolved, server.filter(any -> readsEmbedded), server);
    }

    /** The job, reading from this server. */
    JobSpec job() {
        return job;
    }

    /** For a person; without credentials. */
    String describe() {
        return embedded.map(server -> "a development server in this process, kept in the state folder: " + server.uri())
                .orElseGet(() ->
                        "MongoDB at " + String.join(", ", hosts(job.source().uri())));
    }

    /** No more than this: a connection string can hold secrets in more places than one. */
    private static List<String> hosts(Secret uri) {
        return new ConnectionString(uri.reveal()).getHosts();
    }

    @Override
    public void close() {
        started.ifPresent(DevServer::close);
    }

    private static JobSpec at(JobSpec job, String uri) {
        return job.withSource(job.source().withUri(Secret.of(uri)));
    }
}
