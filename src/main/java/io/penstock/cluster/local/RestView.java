/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.penstock.cluster.local.ClusterStatus.JobLine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a JobManager says of its cluster.
 *
 * @param version of Flink
 * @param slots of each TaskManager that is registered, by its name
 * @param jobs all that it knows
 */
record RestView(String version, Map<String, Slots> slots, List<JobLine> jobs) {
    /** Slots of a TaskManager. */
    record Slots(int all, int free) {}

    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** Asks; empty while nobody answers, or while the JobManager has no leader yet. */
    static Optional<RestView> ask(URI rest) throws InterruptedException {
        try {
            JsonNode overview = get(rest, "/overview");
            JsonNode managers = get(rest, "/taskmanagers");
            JsonNode all = get(rest, "/jobs/overview");
            Map<String, Slots> slots = new HashMap<>();
            for (JsonNode manager : managers.path("taskmanagers")) {
                slots.put(
                        manager.path("id").asText(),
                        new Slots(
                                manager.path("slotsNumber").asInt(),
                                manager.path("freeSlots").asInt()));
            }
            List<JobLine> jobs = new ArrayList<>();
            for (JsonNode job : all.path("jobs")) {
                jobs.add(new JobLine(
                        job.path("jid").asText(),
                        job.path("name").asText(),
                        job.path("state").asText()));
            }
            return Optional.of(new RestView(overview.path("flink-version").asText(), slots, jobs));
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    private static JsonNode get(URI rest, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(rest.resolve(path))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode() + " from " + rest.resolve(path));
        }
        return JSON.readTree(response.body());
    }
}
