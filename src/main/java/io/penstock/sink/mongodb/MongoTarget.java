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
import io.penstock.sink.deadletter.SetAside;
import io.penstock.sink.outage.Fault;
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
    private static final Duration WRITERS_PATIENCE = Duration.ofMinutes(1);

    private final MongoSinkSpec spec;
    private final Duration longest;

    /**
     * The target of a job file's section. Connects to nothing.
     *
     * @param longest how long the committer may wait for one answer: as long as a checkpoint may take. Writers wait for half of that at most
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
        MongoClient client = open(writersPatience());
        return new MongoArea(client, own(client), sink, spec.metadataField());
    }

    @Override
    public StageApplier openApplier(String sink) {
        MongoClient client = open(longest);
        return new MongoApplier(client, own(client), sink, spec.metadataField());
    }

    /** No attempt is repeated yet: each failure fails the job, which Flink starts again. */
    @Override
    public FaultTable faults() {
        return failure -> new Fault(Fault.Kind.RECORD, "", "");
    }

    /** Connects for a writer that does without a committer. */
    UpsertWriter openWriter(
            Fence fence, DeadLetterPolicy letters, ProcessingTimeService timers, SinkWriterMetricGroup metrics) {
        MongoClient client = open(writersPatience());
        return new UpsertWriter(
                this, client, own(client), spec, fence, new SetAside(spec.name(), letters, metrics), timers, metrics);
    }

    private Duration writersPatience() {
        Duration half = longest.dividedBy(2);
        return half.compareTo(WRITERS_PATIENCE) < 0 ? half : WRITERS_PATIENCE;
    }

    private OwnCollections own(MongoClient client) {
        return new OwnCollections(client, spec.stagingDatabase());
    }

    private MongoClient open(Duration patience) {
        return MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(spec.uri().reveal()))
                .applicationName("penstock")
                .readPreference(ReadPreference.primary())
                .applyToSocketSettings(
                        socket -> socket.readTimeout(Math.toIntExact(patience.toSeconds()), TimeUnit.SECONDS))
                .build());
    }
}
