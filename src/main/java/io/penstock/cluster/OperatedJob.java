/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.store.AuditEvent;
import io.penstock.store.Author;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecords;
import io.penstock.store.StoredState;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobStatus;

/** A job in an operator's hands: its file, its record, and the cluster that is spoken to. What the verbs share. */
public final class OperatedJob {
    private final JobPlan plan;
    private final FlinkCluster cluster;
    private final JobRecords records;
    private final Optional<Path> jar;

    /** @param jar what the cluster needs beyond Flink; empty when it has it on its own class path */
    public OperatedJob(JobPlan plan, FlinkCluster cluster, Optional<Path> jar) {
        this.plan = plan;
        this.cluster = cluster;
        this.records = plan.records();
        this.jar = jar;
    }

    JobPlan plan() {
        return plan;
    }

    FlinkCluster cluster() {
        return cluster;
    }

    String name() {
        return plan.name();
    }

    String stateDir() {
        return plan.stateDir();
    }

    Starting starting() {
        return new Starting(cluster, records, jar);
    }

    Stopping stopping() {
        return new Stopping(cluster, plan.stateDir());
    }

    Optional<Versioned<JobRecord>> read() throws IOException {
        return records.read();
    }

    /** @throws ClusterException when the job was never started */
    Versioned<JobRecord> known() throws IOException {
        return read().orElseThrow(() -> new ClusterException("there is no record of " + name() + " in " + stateDir()
                + ": it was never started from here (a relative state-dir lies below the working folder). To start it:"
                + " penstock submit"));
    }

    /**
     * The record as it is now.
     *
     * @throws ClusterException when the job was never started
     */
    public JobRecord record() throws IOException {
        return known().value();
    }

    /** @throws ClusterException when it is not to be running */
    JobRecord running(String what) throws IOException {
        JobRecord record = known().value();
        if (record.desired() != JobRecord.Desired.RUNNING) {
            throw new ClusterException("cannot " + what + " " + name() + ": it is " + Words.of(record.desired())
                    + " since " + record.at());
        }
        return record;
    }

    Versioned<JobRecord> write(Versioned<JobRecord> read, JobRecord next) throws IOException {
        return write(read, next, Map.of());
    }

    Versioned<JobRecord> write(Versioned<JobRecord> read, JobRecord next, Map<String, String> details)
            throws IOException {
        return records.write(Optional.of(read), next, details);
    }

    /** Enters in the job's audit log what changes no record. */
    void note(AuditEvent event) {
        records.note(event, author());
    }

    static Author author() {
        return Author.thisProcess();
    }

    /**
     * Refuses to treat a life as lost that lives on another cluster.
     *
     * @throws ClusterException when it does, with where
     */
    void requireNotElsewhere(JobRecord record) {
        Optional<URI> other = record.cluster().map(URI::create).filter(address -> !address.equals(cluster.address()));
        if (other.isPresent() && livesAt(other.get(), record.flinkJob())) {
            throw new ClusterException(name() + " runs on the cluster at " + other.get() + ", and this is "
                    + cluster.address() + ". Say --cluster " + other.get());
        }
    }

    private static boolean livesAt(URI address, String flinkJob) {
        try (FlinkCluster other = FlinkCluster.ifAnswering(address).orElse(null)) {
            return other != null && other.lives(flinkJob);
        }
    }

    /** True when the record wants it to run, and the cluster has it. */
    public boolean isRunning() throws IOException {
        JobRecord record = record();
        return record.desired() == JobRecord.Desired.RUNNING && alive(record.flinkJob());
    }

    boolean alive(String flinkJob) {
        return cluster.lives(flinkJob);
    }

    /** True when a bounded job came to its end by itself: it is finished, and not by a stop with a savepoint. */
    boolean finished(String flinkJob) {
        return cluster.state(flinkJob).equals(Optional.of(JobStatus.FINISHED))
                && LifeStates.of(stateDir(), flinkJob).readable().stream().noneMatch(StoredState::stopped);
    }

    /** Waits until the life runs as a whole; how long that took, or empty when it did not within the limit. */
    public Optional<Duration> awaitRunning(JobRecord life, Duration limit) {
        return starting().awaitRunning(life.flinkJob(), plan.parallelism(), limit);
    }
}
