/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;

/** One Flink cluster, driven through the REST address of its JobManager. Not to be shared by threads. */
public final class FlinkCluster implements AutoCloseable {
    private final FlinkRest rest;
    private final RestClusterClient<StandaloneClusterId> client;

    private FlinkCluster(FlinkRest rest, RestClusterClient<StandaloneClusterId> client) {
        this.rest = rest;
        this.client = client;
    }

    /** What the TaskManagers of a cluster offer. */
    public record Slots(int taskManagers, int total, int free) {}

    /**
     * Connects, after asking whether anybody answers: Flink's own client would try for a minute.
     *
     * @throws ClusterException when nobody answers, with how to start a cluster
     */
    public static FlinkCluster at(URI address) {
        FlinkRest rest = new FlinkRest(address);
        rest.get("/overview");
        Configuration configuration = new Configuration();
        configuration.set(DeploymentOptions.TARGET, "remote");
        configuration.set(RestOptions.ADDRESS, address.getHost());
        configuration.set(JobManagerOptions.ADDRESS, address.getHost());
        configuration.set(RestOptions.PORT, port(address));
        if (address.getPath() != null && !address.getPath().isEmpty()) {
            configuration.set(RestOptions.PATH, address.getPath());
        }
        configuration.set(RestOptions.RETRY_MAX_ATTEMPTS, 5);
        configuration.set(RestOptions.RETRY_DELAY, Duration.ofSeconds(1));
        configuration.set(SecurityOptions.SSL_REST_ENABLED, "https".equals(address.getScheme()));
        try {
            return new FlinkCluster(rest, new RestClusterClient<>(configuration, StandaloneClusterId.getInstance()));
        } catch (Exception e) {
            throw new ClusterException("cannot talk to the cluster at " + address + ": " + e.getMessage(), e);
        }
    }

    /** Connects if somebody answers. */
    public static Optional<FlinkCluster> ifAnswering(URI address) {
        try {
            return Optional.of(at(address));
        } catch (ClusterException nobodyThere) {
            return Optional.empty();
        }
    }

    private static int port(URI address) {
        if (address.getPort() > 0) {
            return address.getPort();
        }
        return "https".equals(address.getScheme()) ? 443 : 80;
    }

    /** For what is only looked at. */
    public FlinkRest rest() {
        return rest;
    }

    public URI address() {
        return rest.address();
    }

    public Slots slots() {
        JsonNode overview = rest.get("/overview");
        return new Slots(
                overview.path("taskmanagers").asInt(),
                overview.path("slots-total").asInt(),
                overview.path("slots-available").asInt());
    }

    /** How many slots are a job's, used or not: it keeps those that it no longer needs for a while. */
    public int slotsOf(String job) {
        int slots = 0;
        for (JsonNode taskManager : rest.get("/taskmanagers").path("taskmanagers")) {
            String id = taskManager.path("id").asText();
            Optional<JsonNode> details = rest.find("/taskmanagers/" + id);
            for (JsonNode slot :
                    details.map(found -> found.path("allocatedSlots")).orElse(MissingNode.getInstance())) {
                slots += slot.path("jobId").asText().equals(job) ? 1 : 0;
            }
        }
        return slots;
    }

    /** Every job that the cluster remembers. */
    public List<JobView> jobs() {
        return JobView.all(rest.get("/jobs/overview"));
    }

    /** The job of a name that was submitted last. */
    public Optional<JobView> newest(String name) {
        return jobs().stream()
                .filter(job -> job.name().equals(name))
                .min(Comparator.comparingLong(JobView::millis))
                .flatMap(job -> job(job.id()));
    }

    /** A job by its id; empty when the cluster does not know it. */
    public Optional<JobView> job(String id) {
        return rest.find("/jobs/" + id).map(JobView::of);
    }

    /** A job's state at this moment; {@link #job} may be three seconds old, as a cluster remembers what it was asked. */
    public Optional<JobStatus> state(String id) {
        return rest.find("/jobs/" + id + "/status")
                .map(answer -> JobStatus.valueOf(answer.path("status").asText()));
    }

    /** Whether the cluster has a job that has not come to its end. */
    public boolean lives(String id) {
        return state(id).map(state -> !state.isGloballyTerminalState()).orElse(false);
    }

    /**
     * Submits a job with its jar; returns once the cluster has accepted it.
     *
     * @param jar what the cluster needs beyond Flink; empty when it has it on its own class path
     */
    public void submit(JobGraph job, Optional<Path> jar) {
        jar.ifPresent(path -> job.addJar(new org.apache.flink.core.fs.Path(path.toUri())));
        waitFor(client.submitJob(job), "submit the job");
    }

    /** Takes a savepoint of a job that goes on; the future completes with its path. */
    public CompletableFuture<String> savepoint(String id, String folder) {
        return client.triggerSavepoint(JobID.fromHexString(id), folder, SavepointFormatType.NATIVE);
    }

    /** Stops a job with a savepoint, without draining it; the future completes with the savepoint's path. */
    public CompletableFuture<String> stop(String id, String folder) {
        return client.stopWithSavepoint(JobID.fromHexString(id), false, folder, SavepointFormatType.NATIVE);
    }

    /** Asks a job to end; it keeps its checkpoints. */
    public void cancel(String id) {
        waitFor(client.cancel(JobID.fromHexString(id)), "cancel the job");
    }

    private void waitFor(CompletableFuture<?> answer, String what) {
        try {
            answer.get();
        } catch (ExecutionException e) {
            throw new ClusterException(
                    "the cluster at " + address() + " did not " + what + ": " + Sentences.of(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while asking the cluster to " + what, e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
