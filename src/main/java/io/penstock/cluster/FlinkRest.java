/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * Flink's REST API as far as it is read: the documents of a JobManager as JSON. What an operator does goes through Flink's own
 * client, see {@link FlinkCluster}; what is only looked at is read here, so that fields which another 1.20 release adds or
 * leaves out do no harm.
 */
public final class FlinkRest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration ELECTION = Duration.ofSeconds(20);
    private static final Duration MOMENT = Duration.ofSeconds(5);
    private static final int NOT_FOUND = 404;
    private static final int INTERNAL_ERROR = 500;

    /** Some paths answer with this and a status of 500 where others say 404. */
    private static final String NO_SUCH_JOB = "FlinkJobNotFoundException: Could not find Flink job";

    private static final int UNAVAILABLE = 503;

    private final URI address;
    private final HttpClient client;

    /** @param address of a JobManager, such as {@code http://localhost:8081} */
    public FlinkRest(URI address) {
        this.address = URI.create(address.toString().replaceAll("/+$", ""));
        this.client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    public URI address() {
        return address;
    }

    /**
     * The document at a path.
     *
     * @throws ClusterException when nobody answers, or the answer is an error
     */
    public JsonNode get(String path) {
        return find(path).orElseThrow(() -> new ClusterException(address + " knows nothing at " + path));
    }

    /**
     * The document at a path; empty when the cluster says that there is none.
     *
     * @throws ClusterException when nobody answers, or the answer is another error
     */
    public Optional<JsonNode> find(String path) {
        HttpRequest request = request(path).GET().build();
        // While a job begins or ends, a question for it may meet nobody who can answer, and is an error for that
        // moment.
        HttpResponse<String> answer = Patience.of(MOMENT)
                .until(() -> Optional.of(send(request)).filter(FlinkRest::isAnAnswer))
                .orElseGet(() -> send(request));
        return answer.statusCode() == NOT_FOUND || answer.body().contains(NO_SUCH_JOB)
                ? Optional.empty()
                : Optional.of(body(answer, path));
    }

    /**
     * Puts a document in the place of the one at a path.
     *
     * @throws ClusterException when nobody answers, or the answer is an error, with the cluster's own words
     */
    public void put(String path, JsonNode document) {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(document.toString()))
                .build();
        body(send(request), path);
    }

    private static boolean isAnAnswer(HttpResponse<String> answer) {
        return answer.statusCode() != INTERNAL_ERROR || answer.body().contains(NO_SUCH_JOB);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(ANSWER);
    }

    /** A JobManager that has just been started has no leader for a moment, and says so. */
    private HttpResponse<String> send(HttpRequest request) {
        return Patience.of(ELECTION)
                .until(() -> Optional.of(sendOnce(request)).filter(answer -> answer.statusCode() != UNAVAILABLE))
                .orElseGet(() -> sendOnce(request));
    }

    private HttpResponse<String> sendOnce(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new ClusterException(
                    "no Flink cluster answers at " + address + " (" + reason(e)
                            + "). Start one with: penstock cluster start, or name another with --cluster URL",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted"));
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private JsonNode body(HttpResponse<String> answer, String path) {
        JsonNode document;
        try {
            document = JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new ClusterException(address + " does not answer as Flink does: no JSON at " + path, e);
        }
        if (answer.statusCode() >= 400) {
            throw new ClusterException("the cluster at " + address + " refuses: " + Sentences.ofErrors(document));
        }
        return document;
    }
}
