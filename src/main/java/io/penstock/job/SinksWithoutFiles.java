/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Delivery;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.jdbc.PostgresTarget;
import io.penstock.sink.kafka.KafkaChangeSink;
import io.penstock.sink.mongodb.MongoTarget;
import io.penstock.sink.mongodb.MongoUpsertSink;
import io.penstock.sink.staged.StagedSink;
import io.penstock.sink.staged.StagedTarget;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.spec.JdbcSinkSpec;
import io.penstock.spec.JobSpec;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.MongoSinkSpec;
import io.penstock.spec.SinkSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Puts a job file's sinks behind its changes, but for files sinks, which come with manifests: {@link FilesWithManifests}. */
final class SinksWithoutFiles {
    private final JobSpec spec;
    private final Life life;
    private final DeadLetterPolicy letters;

    SinksWithoutFiles(JobSpec spec, Life life, DeadLetterPolicy letters) {
        this.spec = spec;
        this.life = life;
        this.letters = letters;
    }

    /** Adds them, and returns where the changes of those lie that know it only afterwards. */
    Map<KafkaSinkSpec, DataStream<Delivery>> add(DataStream<ChangeRecord> changes) {
        Map<KafkaSinkSpec, DataStream<Delivery>> delivered = new LinkedHashMap<>();
        Duration timeout = spec.pipeline().checkpointTimeout();
        for (SinkSpec sink : spec.sinks()) {
            if (sink instanceof FilesSinkSpec) {
                continue;
            }
            DataStream<ChangeRecord> exported = SinkCollections.of(changes, sink);
            if (sink instanceof KafkaSinkSpec kafka) {
                KafkaChangeSink writing = KafkaChangeSink.from(kafka, life.fence(), letters, timeout);
                delivered.put(kafka, writing.write(exported, PenstockJob.uid(sink)));
            } else if (sink instanceof JdbcSinkSpec jdbc) {
                add(exported, staged(new PostgresTarget(jdbc, timeout), sink), sink);
            } else if (sink instanceof MongoSinkSpec mongo) {
                MongoTarget target = new MongoTarget(mongo, timeout);
                boolean isUpsert = mongo.mode() == MongoSinkSpec.Mode.UPSERT;
                add(
                        exported,
                        isUpsert ? new MongoUpsertSink(target, life.fence(), letters) : staged(target, sink),
                        sink);
            }
        }
        return delivered;
    }

    private Sink<ChangeRecord> staged(StagedTarget target, SinkSpec sink) {
        return new StagedSink(
                spec.name(),
                sink.name(),
                target,
                life.fence(),
                letters,
                spec.pipeline().checkpointTimeout());
    }

    private static void add(DataStream<ChangeRecord> changes, Sink<ChangeRecord> writing, SinkSpec sink) {
        changes.sinkTo(writing).name(PenstockJob.uid(sink)).uid(PenstockJob.uid(sink));
    }
}
