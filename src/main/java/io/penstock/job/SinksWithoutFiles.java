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
import io.penstock.sink.staged.BehindOperator;
import io.penstock.sink.staged.StagedSink;
import io.penstock.sink.staged.StagedTarget;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.spec.JdbcSinkSpec;
import io.penstock.spec.JobSpec;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.MongoSinkSpec;
import io.penstock.spec.SinkSpec;
import io.penstock.spec.WhenDown;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.transformations.PartitionTransformation;

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
                staged(exported, jdbc, new PostgresTarget(jdbc, timeout), jdbc.whenDown(), jdbc.maxBehind());
            } else if (sink instanceof MongoSinkSpec mongo) {
                MongoTarget target = new MongoTarget(mongo, timeout);
                if (mongo.mode() == MongoSinkSpec.Mode.UPSERT) {
                    add(exported, new MongoUpsertSink(target, life.fence(), letters), sink);
                } else {
                    staged(exported, mongo, target, mongo.whenDown(), mongo.maxBehind());
                }
            }
        }
        return delivered;
    }

    private void staged(
            DataStream<ChangeRecord> changes,
            SinkSpec sink,
            StagedTarget target,
            WhenDown whenDown,
            MemorySize maxBehind) {
        if (whenDown == WhenDown.FALL_BEHIND) {
            String uid = PenstockJob.uid(sink) + ": behind";
            BehindOperator operator =
                    new BehindOperator(spec.name(), sink.name(), target, life.fence(), letters, maxBehind.getBytes());
            if (sink instanceof MongoSinkSpec) {
                // After a rescale the changes of a document may wait in any subtask. Two that write them at the same
                // time
                // need a target that lets one transaction in at a time; where there is none, there is one subtask.
                DataStream<ChangeRecord> all = changes.global();
                // Several inputs with some under way in an unaligned checkpoint are not rescaled by Flink 1.20.3
                // (FLINK-38483).
                ((PartitionTransformation<?>) all.getTransformation())
                        .getPartitioner()
                        .disableUnalignedCheckpoints();
                all.transform(uid, Types.VOID, operator)
                        .uid(uid)
                        .setParallelism(1)
                        .setMaxParallelism(1);
            } else {
                changes.transform(uid, Types.VOID, operator).uid(uid);
            }
            return;
        }
        Duration timeout = spec.pipeline().checkpointTimeout();
        add(changes, new StagedSink(spec.name(), sink.name(), target, life.fence(), letters, timeout), sink);
    }

    private static void add(DataStream<ChangeRecord> changes, Sink<ChangeRecord> writing, SinkSpec sink) {
        changes.sinkTo(writing).name(PenstockJob.uid(sink)).uid(PenstockJob.uid(sink));
    }
}
