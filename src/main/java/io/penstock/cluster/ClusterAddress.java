/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** Where the cluster is: what was given, else the environment, else the local cluster that was started here, else Flink's own port. */
public final class ClusterAddress {
    /** The variable that names the cluster. */
    public static final String REST_URL = "FLINK_REST_URL";

    private static final String FOLDER = "PENSTOCK_CLUSTER_DIR";
    private static final URI USUAL = URI.create("http://localhost:8081");

    private ClusterAddress() {}

    /**
     * Finds it.
     *
     * @param given with the command; empty when it was not
     * @param environment returns null for a variable that is not set
     * @param folder of a local cluster, unless the environment names another
     * @throws ClusterException when what was given is no address
     */
    public static URI find(Optional<String> given, Function<String, String> environment, Path folder) {
        Optional<String> named = given.or(() -> set(environment, REST_URL));
        if (named.isPresent()) {
            return parse(named.get());
        }
        return local(set(environment, FOLDER).map(Path::of).orElse(folder).resolve("cluster.json"))
                .orElse(USUAL);
    }

    private static Optional<String> set(Function<String, String> environment, String name) {
        return Optional.ofNullable(environment.apply(name)).filter(value -> !value.isBlank());
    }

    /** {@code host:port} is understood too. */
    static URI parse(String address) {
        try {
            URI uri = URI.create(address.contains("://") ? address : "http://" + address);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw noAddress(address);
        }
        throw noAddress(address);
    }

    private static ClusterException noAddress(String address) {
        return new ClusterException("'" + address + "' is no address of a cluster; expected one such as " + USUAL);
    }

    private static Optional<URI> local(Path file) {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            JsonNode rest = new JsonMapper().readTree(file.toFile()).path("rest");
            return rest.isTextual() ? Optional.of(parse(rest.asText())) : Optional.empty();
        } catch (IOException e) {
            throw new ClusterException(
                    file + " cannot be read, which says where the local cluster is: " + e.getMessage(), e);
        }
    }
}
