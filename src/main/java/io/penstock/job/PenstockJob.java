/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import io.penstock.reconcile.Reconcile;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Delivery;
import io.penstock.record.SourceRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.DeadLetterTargets;
import io.penstock.source.MongoSource;
import io.penstock.source.ServerLookup;
import io.penstock.source.server.DriverServerFactory;
import io.penstock.spec.JobSpec;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.ReconcileSpec;
import io.penstock.spec.SinkSpec;
import io.penstock.spec.SpecException;
import io.penstock.spec.StartupSpec.Mode;
import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataOptions;
import io.penstock.store.commit.MetadataCommitter;
import io.penstock.store.commit.ProgressReporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The main class that Flink runs, and the topology: source, reconcile, sinks.
 *
 * <pre>flink run -c io.penstock.job.PenstockJob penstock-job.jar --job cities.yaml</pre>
 */
public final class PenstockJob {
    private PenstockJob() {}

    /**
     * Reads the job file where it is called (the client, or the JobManager in application mode) and submits the job. Secrets
     * stay placeholders in what is submitted.
     *
     * @throws IllegalArgumentException when the arguments or the job file are wrong; says where
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 2 || !args[0].equals("--job")) {
            throw new IllegalArgumentException("expected: --job FILE");
        }
        // The tasks run in other folders, on other machines.
        JobSpec spec = read(Path.of(args[1])).below(Path.of("").toAbsolutePath());
        if (spec.source().isEmbedded()) {
            throw new IllegalArgumentException(
                    args[1] + ": source.uri is 'embedded', a server inside the process, which a"
                            + " cluster cannot reach. Start one with: scripts/penstock dev-server --port 27017"
                            + " and set MONGODB_URI to the address that it prints");
        }
        if (spec.metadata() != null) {
            throw new IllegalArgumentException(args[1]
                    + ": a job with a metadata store has a record there, which scripts/penstock submit writes; remove"
                    + " the section 'metadata', or start the job with that");
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        build(env, spec, Life.withoutRecord());
        env.execute(spec.name());
    }

    private static JobSpec read(Path file) throws IOException {
        try {
            return JobSpec.parseWithoutSecrets(file.toString(), Files.readString(file), System::getenv);
        } catch (SpecException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Builds the topology in an environment, and sets what the job demands of Flink.
     *
     * @param life which of the job's lives it is
     */
    public static void build(StreamExecutionEnvironment env, JobSpec spec, Life life) {
        env.configure(JobSettings.of(spec));
        DeadLetterPolicy letters = DeadLetterTargets.policy(spec);
        DataStream<SourceRecord> records = source(env, spec, life, letters);
        SingleOutputStreamOperator<ChangeRecord> changes = reconcile(records, spec, life);
        Map<KafkaSinkSpec, DataStream<Delivery>> delivered = new SinksWithoutFiles(spec, life, letters).add(changes);
        Optional<DataStream<MetadataEntry>> entries = FilesWithManifests.add(changes, delivered, spec, life, letters);
        MetadataOptions.of(spec)
                .ifPresent(options -> MetadataCommitter.add(
                        entries.orElseGet(() -> MetadataEntries.none(changes)), options, life.token()));
    }

    /** A sink's uid, and the beginning of those of its parts. */
    static String uid(SinkSpec sink) {
        return "sink-" + sink.name();
    }

    private static DataStream<SourceRecord> source(
            StreamExecutionEnvironment env, JobSpec spec, Life life, DeadLetterPolicy letters) {
        boolean postImages = spec.reconcile().mode() == ReconcileSpec.Mode.VERSIONS;
        MongoSource source = MongoSource.from(spec.source(), postImages, life.increment(), life.recovery());
        MongoSource reporting = MetadataOptions.of(spec)
                .map(options -> source.reporting(ProgressReporter.into(options, life.token())))
                .orElse(source);
        MongoSource replaying = spec.source().startup().mode() == Mode.SNAPSHOT_ONLY
                ? reporting
                : reporting.replaying(letters.target());
        return env.fromSource(replaying, WatermarkStrategy.noWatermarks(), "source")
                .uid("source");
    }

    private static SingleOutputStreamOperator<ChangeRecord> reconcile(
            DataStream<SourceRecord> records, JobSpec spec, Life life) {
        boolean withBefore = spec.sinks().stream()
                .anyMatch(sink ->
                        sink instanceof KafkaSinkSpec kafka && kafka.format() == KafkaSinkSpec.Format.DEBEZIUM_JSON);
        return Reconcile.apply(
                records,
                spec.source().collections(),
                spec.reconcile(),
                spec.windows().every(),
                withBefore,
                life.rollbacks(),
                new ServerLookup(new DriverServerFactory(spec.source())));
    }
}
