/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.record.CanonicalJson;
import io.penstock.window.SealOptions.Superseded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A root as it was read, and found to be what was written.
 *
 * @param window the window, or the first that it covers
 * @param last the last window that it covers
 * @param manifests the hashes of the first window's manifests, by namespace
 * @param lastManifests those of the last window
 * @param previous the hash of the root before, or null
 * @param hash of the first window's root
 * @param lastHash of the last window's
 * @param publicKey of the signature; null when it is not signed
 * @param follows the last valid root of the generation before; null where none is named
 * @param supersedes the manifests that this generation superseded
 */
public record Root(
        int generation,
        long window,
        long last,
        Map<String, String> manifests,
        Map<String, String> lastManifests,
        String previous,
        String hash,
        String lastHash,
        String publicKey,
        Follows follows,
        List<Superseded> supersedes) {

    /** A root of another generation. */
    public record Follows(int generation, long window, String hash) {}

    /**
     * Reads a root.
     *
     * @throws IOException saying what is wrong with it
     */
    public static Root read(byte[] json) throws IOException {
        JsonNode node;
        try {
            node = CanonicalJson.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IOException("is no JSON: it was changed, or ends early", e);
        }
        if (node.path("format").asInt() > RootText.FORMAT) {
            throw new IOException("has a format of a later release of Penstock; use that");
        }
        try {
            if (!Arrays.equals(json, CanonicalJson.bytes(node))) {
                throw new IOException("is not as it was written: it was changed, or formatted");
            }
            return checked(node);
        } catch (RuntimeException e) {
            throw new IOException("a field is missing or of another type: it was changed", e);
        }
    }

    private static Root checked(JsonNode node) throws IOException {
        ObjectNode hashed = node.deepCopy();
        hashed.remove(List.of(RootText.ROOT_HASH, RootText.STRETCH, ManifestText.SIGNATURE));
        String hash = node.required(RootText.ROOT_HASH).asText();
        if (!CanonicalJson.hash(hashed).equals(hash)) {
            throw new IOException("was changed: it does not have the hash that it names");
        }
        JsonNode stretch = node.path(RootText.STRETCH);
        String lastHash = stretch.isMissingNode()
                ? hash
                : stretch.required(RootText.ROOT_HASH).asText();
        JsonNode signature = node.path(ManifestText.SIGNATURE);
        if (!signature.isMissingNode() && !Signer.verifies(signature, lastHash)) {
            throw new IOException("was changed: its signature is not by the key that it names");
        }
        Map<String, String> manifests = manifests(node);
        return new Root(
                node.required("generation").asInt(),
                node.required("window").asLong(),
                stretch.isMissingNode()
                        ? node.required("window").asLong()
                        : stretch.required("last").asLong(),
                manifests,
                stretch.isMissingNode() ? manifests : manifests(stretch),
                node.required("previous").textValue(),
                hash,
                lastHash,
                signature.path("publicKey").textValue(),
                follows(node.path("begins").path("follows")),
                supersedes(node.path("begins").path("supersedes")));
    }

    private static Map<String, String> manifests(JsonNode node) {
        Map<String, String> manifests = new TreeMap<>();
        node.required("manifests")
                .properties()
                .forEach(manifest ->
                        manifests.put(manifest.getKey(), manifest.getValue().asText()));
        return manifests;
    }

    private static Follows follows(JsonNode node) {
        return node.isMissingNode()
                ? null
                : new Follows(
                        node.required("generation").asInt(),
                        node.required("window").asLong(),
                        node.required(RootText.ROOT_HASH).asText());
    }

    private static List<Superseded> supersedes(JsonNode node) {
        List<Superseded> ranges = new ArrayList<>();
        node.forEach(range -> ranges.add(new Superseded(
                range.required("generation").asInt(),
                range.required("folder").asText(),
                range.required("first").asLong(),
                range.required("last").asLong())));
        return ranges;
    }
}
