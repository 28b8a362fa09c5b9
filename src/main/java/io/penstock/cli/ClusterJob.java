/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.JobPlan;
import io.penstock.job.Life;
import io.penstock.job.PenstockJob;
import io.penstock.source.Recovery;
import io.penstock.spec.JobSpec;
import io.penstock.spec.SpecException;
import io.penstock.spec.StartupSpec.Mode;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecords;
import io.penstock.store.StateDir;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A job file as it is given to a cluster: secrets stay placeholders, paths are absolute. */
final class ClusterJob implements AutoCloseable {
    private final Path file;
    private final String text;
    private final JobSpec spec;
    private final JobRecords records;
    private final Recovery recovery;

    private ClusterJob(Path file, String text, JobSpec spec, JobRecords records, Recovery recovery) {
        this.file = file;
        this.text = text;
        this.spec = spec;
        this.records = records;
        this.recovery = recovery;
    }

    /**
     * Reads a job file; the secrets' variables need not be set here.
     *
     * @param audit of the command that reads it
     * @throws io.penstock.spec.SpecException with everything that is wrong with it
     * @throws Failure (exit code 2) when there is no such file, or it is no text, or its metadata are in a process
     * @throws IOException when no record of it can be kept
     */
    static ClusterJob read(Path file, Audit audit) throws IOException {
        String text = JobFiles.text(file);
        JobSpec spec = JobSpec.parseWithoutSecrets(file.toString(), text, System::getenv);
        if (spec.metadata() != null && spec.metadata().isEmbedded()) {
            throw unreachable(file, "metadata.uri", "PENSTOCK_METADATA_URI");
        }
        JobSpec absolute = spec.below(Path.of("").toAbsolutePath());
        return new ClusterJob(file, text, absolute, audit.records(absolute), null);
    }

    /**
     * The job as it was started last, whatever its file says now.
     *
     * @throws Failure when that cannot be read here
     */
    ClusterJob asStarted(JobRecord record) {
        try {
            JobSpec started = JobSpec.parseWithoutSecrets(
                            "the job file of the last start", record.jobFile(), System::getenv)
                    .below(Path.of("").toAbsolutePath());
            return new ClusterJob(file, record.jobFile(), started, records, null);
        } catch (SpecException e) {
            throw Failure.failed(
                    "the job file of the last start of " + record.name() + " cannot be read here:\n" + e.getMessage());
        }
    }

    boolean isRecovered() {
        return recovery != null;
    }

    JobSpec spec() {
        return spec;
    }

    /** The same job at another parallelism. */
    ClusterJob at(Integer parallelism) {
        return new ClusterJob(file, text, JobFiles.at(parallelism, spec), records, recovery);
    }

    /** The same job, which begins without its checkpoints. */
    ClusterJob from(Recovery lost) {
        return new ClusterJob(file, text, spec, records, lost);
    }

    /** Where its last life is, or was, by its record. */
    Optional<URI> recordedCluster() throws IOException {
        return record().flatMap(JobRecord::cluster).map(URI::create);
    }

    /**
     * A life in a process of this machine is none that a cluster can be asked for.
     *
     * @throws Failure when it is alive
     */
    void requireNotRunHere() throws IOException {
        Optional<JobRecord> record = record();
        if (record.isPresent()
                && record.get().desired() == JobRecord.Desired.RUNNING
                && record.get().cluster().isEmpty()) {
            String folder = StateDir.of(spec.pipeline().stateDir()).toUri().getPath();
            StateFolder.open(Path.of(folder)).close();
            Leftover.requireGone(record.get(), records.lease());
        }
    }

    /** What is remembered of it; empty when it was never started. */
    Optional<JobRecord> record() throws IOException {
        return records.read().map(Versioned::value);
    }

    private String stateDir() {
        return StateDir.of(spec.pipeline().stateDir()).toString();
    }

    JobPlan plan() {
        return new JobPlan(spec.name(), text, spec.pipeline().parallelism(), stateDir(), records, this::graph);
    }

    private JobGraph graph(JobID id, JobRecord record) {
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(new Configuration());
        PenstockJob.build(env, spec, Life.of(spec, record).from(recovery));
        return env.getStreamGraph().getJobGraph(ClusterJob.class.getClassLoader(), id);
    }

    /**
     * What a cluster needs beyond Flink.
     *
     * @throws Failure when it was not built
     */
    static Optional<Path> jar() {
        Path built = Path.of(System.getProperty("penstock.home", ""), "target", "penstock-job.jar")
                .toAbsolutePath();
        if (!Files.exists(built)) {
            throw Failure.failed(
                    "the job jar is not built: there is no " + built + ". Build it with: mvn -DskipTests package");
        }
        return Optional.of(built);
    }

    /** @throws Failure when the source is a server inside the process, which no cluster can reach, or the job is one of increments */
    void requireServer() {
        if (spec.source().startup().mode() == Mode.INCREMENTAL) {
            throw Failure.usage(file
                    + ": source.startup.mode is 'incremental': each increment is a run that ends, and whoever starts it"
                    + " waits for its end and stops it. Type, or let cron type: penstock run " + file
                    + ". For a job that goes on, on a cluster: mode: initial, which continues the same export");
        }
        if (spec.source().isEmbedded()) {
            throw unreachable(file, "source.uri", "MONGODB_URI");
        }
    }

    private static Failure unreachable(Path file, String key, String variable) {
        return Failure.usage(
                file + ": " + key + " is 'embedded', a server inside the process, which a cluster cannot reach."
                        + " Start one that it can, and say where it is, to this shell and to the cluster's:\n"
                        + "  penstock dev-server --port 27017 --data data/dev-server\n"
                        + "  export " + variable + "=mongodb://localhost:27017");
    }

    @Override
    public void close() {
        records.close();
    }
}
