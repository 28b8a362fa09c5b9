/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a JobManager says over REST. It may be away at any time. */
final class Rest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI address;

    Rest(URI address) {
        this.address = address;
    }

    /** Flink's word for what a job does. */
    String state(String job) throws InterruptedException {
        return get("/jobs/" + job).map(found -> found.path("state").asText()).orElse("unknown");
    }

    /** Why a job was started again, each time, in short; nothing while the JobManager is away. */
    List<String> failures(String job) throws InterruptedException {
        List<String> failures = new ArrayList<>();
        get("/jobs/" + job + "/exceptions").ifPresent(exceptions -> exceptions
                .path("exceptionHistory")
                .path("entries")
                .forEach(entry -> failures.add(cause(entry.path("stacktrace").asText()))));
        return failures;
    }

    /** The first line of a stack trace, and that of its last cause. */
    private static String cause(String stackTrace) {
        List<String> lines = stackTrace.lines().toList();
        String first = lines.isEmpty() ? "" : lines.get(0);
        return lines.stream()
                .filter(line -> line.startsWith("Caused by: "))
                .reduce((one, next) -> next)
                .map(last -> first + " … " + last)
                .orElse(first);
    }

    private Optional<JsonNode> get(String path) throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address.resolve(path)).timeout(LIMIT).build();
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() == 200 ? Optional.of(json.readTree(response.body())) : Optional.empty();
        } catch (IOException away) {
            return Optional.empty();
        }
    }
}
