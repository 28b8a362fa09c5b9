/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import com.mongodb.MongoException;
import io.penstock.sink.files.Manifests;
import io.penstock.source.Scope;
import io.penstock.source.StreamPosition;
import io.penstock.source.server.ChangeQuery;
import io.penstock.source.server.DriverServerFactory;
import io.penstock.source.server.ServerErrors;
import io.penstock.source.server.SourceServer;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.spec.JobSpec;
import io.penstock.spec.SinkSpec;
import io.penstock.spec.SourceSpec.HistoryLost;
import io.penstock.spec.StartupSpec.Mode;
import io.penstock.store.LastKnown;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import io.penstock.window.Manifest;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Asks a job's metadata store, its source and its targets how it can begin without its checkpoints. */
final class LostCheckpoints {
    static final String NOTHING_KNOWN =
            "there is no checkpoint, and no progress in the metadata store: the job begins as with mode: initial";

    private LostCheckpoints() {}

    /**
     * What is found.
     *
     * @param now the source's operation time, asked for when no earlier life could commit any more
     */
    record Found(ProgressStart start, long now) {}

    /** Whether a job file asks for it. */
    static boolean isAskedFor(JobSpec job) {
        return job.source().startup().mode() == Mode.PROGRESS;
    }

    /**
     * Asks; once no life of the job may commit any more.
     *
     * @return empty when no checkpoint of the job was ever complete
     * @throws Failure when the source's history does not reach back, and the job file does not let it go on then
     */
    static Optional<Found> find(JobSpec job) throws IOException {
        Optional<LastKnown> known;
        try (MetadataStore store = MetadataStore.open(MetadataOptions.of(job).orElseThrow())) {
            known = store.lastKnown();
        }
        if (known.isEmpty()) {
            return Optional.empty();
        }
        try (SourceServer server = new DriverServerFactory(job.source()).open()) {
            ProgressStart start = ProgressStart.of(
                    known.get(),
                    sealedUntil(known.get()),
                    time -> reaches(server, job, time),
                    generation(job, known.get().generation()));
            if (!start.isReached() && job.source().onHistoryLost() == HistoryLost.FAIL) {
                throw Failure.failed("the checkpoints of " + job.name() + " are lost, and the source no longer has the"
                        + " history from " + StreamPosition.at(start.recovery().time())
                        + " on. With source.on-history-lost: resnapshot it goes on without; what was deleted meanwhile stays at"
                        + " the targets then");
            }
            return Optional.of(new Found(start, server.operationTime()));
        } catch (IllegalStateException e) {
            throw Failure.failed(
                    "a job without its checkpoints asks the source, and its address is not known here: "
                            + e.getMessage(),
                    e);
        }
    }

    private static OptionalLong sealedUntil(LastKnown known) throws IOException {
        return known.sealed().isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(
                        Instant.parse(Manifest.read(known.sealed().get()).until())
                                        .getEpochSecond()
                                << Integer.SIZE);
    }

    private static boolean reaches(SourceServer server, JobSpec job, long time) {
        ChangeQuery query = ChangeQuery.trial(Scope.of(job.source().collections()), time);
        try (SourceServer.ChangeCursor cursor = server.changes(query)) {
            cursor.tryNext();
            return true;
        } catch (MongoException e) {
            if (ServerErrors.isHistoryGone(e)) {
                return false;
            }
            throw e;
        }
    }

    private static int generation(JobSpec job, int inStore) throws IOException {
        if (!job.windows().manifests()) {
            return 0;
        }
        int greatest = inStore;
        for (SinkSpec sink : job.sinks()) {
            if (sink instanceof FilesSinkSpec files) {
                greatest = Math.max(greatest, Manifests.greatestGeneration(files.path()));
            }
        }
        return greatest + 1;
    }
}
