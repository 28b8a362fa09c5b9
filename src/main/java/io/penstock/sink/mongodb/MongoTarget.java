/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadPreference;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.penstock.record.Namespace;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.outage.Attempts;
import io.penstock.sink.outage.FaultTable;
import io.penstock.sink.staged.StageApplier;
import io.penstock.sink.staged.StagedTarget;
import io.penstock.sink.staged.StagingArea;
import io.penstock.spec.MongoSinkSpec;
import io.penstock.store.Fence;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/** A MongoDB deployment, as a job file's section has it. */
public final class MongoTarget implements StagedTarget {
    private static final long serialVersionUID = 1L;

    /** How long one answer may take at most: a server that is frozen, or behind a network that is, is not told from a slow one before. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);

    /** How long one attempt looks for a server that takes writes. The attempts are repeated, with pauses in between. */
    private static final Duration LONGEST_SEARCH = Duration.ofSeconds(5);

    /** How often the driver's monitor tries a server that is away, at most, while an attempt waits for it. Its own choice is half a second. */
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);

    private final MongoSinkSpec spec;
    private final Duration longest;

    /**
     * The target of a job file's section. Connects to nothing.
     *
     * @param longest how long a checkpoint may take: a call to the target is given up, with all its attempts, after half of that at most
     */
    public MongoTarget(MongoSinkSpec spec, Duration longest) {
        this.spec = spec;
        this.longest = longest;
    }

    /** A full name. */
    @Override
    public String targetOf(Namespace namespace) {
        return spec.targetFor(namespace.database(), namespace.collection());
    }

    @Override
    public StagingArea openArea(String sink) {
        MongoClient client = open();
        return new MongoArea(client, own(client), sink, spec.metadataField());
    }

    @Override
    public StageApplier openApplier(String sink) {
        MongoClient client = open();
        return new MongoApplier(client, own(client), sink, spec.metadataField());
    }

    @Override
    public FaultTable faults() {
        return MongoFaults::of;
    }

    /** Connects for a writer that does without a committer. */
    UpsertWriter openWriter(
            Fence fence, DeadLetterPolicy letters, ProcessingTimeService timers, SinkWriterMetricGroup metrics) {
        MongoClient client = open();
        return new UpsertWriter(
                this, client, own(client), spec, fence, letters, Attempts.patience(longest), timers, metrics);
    }

    private OwnCollections own(MongoClient client) {
        return new OwnCollections(client, spec.stagingDatabase());
    }

    /** Times that the job file's connection string names are taken instead of ours, but for the one of an answer. */
    private MongoClient open() {
        long answer = Math.min(LONGEST_ANSWER.toMillis(), longest.toMillis() / 8);
        return MongoClients.create(MongoClientSettings.builder()
                .applyToClusterSettings(
                        cluster -> cluster.serverSelectionTimeout(LONGEST_SEARCH.toMillis(), TimeUnit.MILLISECONDS))
                .applyToServerSettings(
                        server -> server.minHeartbeatFrequency(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS))
                .applyConnectionString(new ConnectionString(spec.uri().reveal()))
                .applicationName("penstock")
                .readPreference(ReadPreference.primary())
                .applyToSocketSettings(socket -> socket.readTimeout(Math.toIntExact(answer), TimeUnit.MILLISECONDS))
                .build());
    }
}
