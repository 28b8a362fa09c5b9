/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.record.CanonicalJson;
import io.penstock.record.ChangeRecord.Op;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A manifest as it was read, and found to be what was written: its bytes are canonical, its hashes are those of what it holds, its signature,
 * if it has one, is right.
 *
 * @param window the window, or the first that it covers
 * @param last the last window that it covers: behind the first nothing happened
 * @param hashes those of the manifests that each window would have alone, one behind the other in 64 hex digits each
 * @param kind {@code baseline}, {@code window} or {@code snapshot}
 * @param from null unless the kind is {@code window}
 * @param until the end of the window, or of a snapshot the cluster time
 * @param changes by operation; empty where they are not known
 * @param buckets those that it lists
 * @param previous the hash of the manifest before, or null
 * @param publicKey of the signature, X.509 in base64; null when it is not signed
 * @param gaps in the history since the manifest before
 * @param checkpointsLost where the job had lost its checkpoints, see {@link Run}; else null
 * @param files those that it names
 */
public record Manifest(
        String namespace,
        long window,
        long last,
        String hashes,
        String kind,
        String from,
        String until,
        long documents,
        String digest,
        String merkleRoot,
        Map<String, Long> changes,
        SortedMap<Integer, Bucket> buckets,
        String exportVersion,
        int generation,
        int epoch,
        String previous,
        String contentHash,
        String manifestHash,
        String publicKey,
        List<Gap> gaps,
        Gap checkpointsLost,
        List<DataFile> files) {
    private static final int HASH_DIGITS = 2 * Digest.BYTES;

    /** A bucket's digest. */
    public record Bucket(long documents, String digest) {}

    /** A data file, its path below the sink's folder. */
    public record DataFile(String sink, String path, long rows, long bytes, String sha256) {}

    /** The hash of the manifest that one of its windows would have alone. */
    String hashAt(long ofWindow) {
        int at = Math.toIntExact(ofWindow - window) * HASH_DIGITS;
        return hashes.substring(at, at + HASH_DIGITS);
    }

    /** The hash of its last window's manifest, which the one behind it names. */
    public String lastHash() {
        return hashAt(last);
    }

    /** Whether one of its windows' manifests has this hash. */
    boolean hasHash(String hash) {
        for (long at = window; at <= last; at++) {
            if (hashAt(at).equals(hash)) {
                return true;
            }
        }
        return false;
    }

    /** Whether nothing of its own generation has to come before it. */
    boolean isBaseline() {
        return !kind.equals("window");
    }

    /** Whether a bucket that it does not list holds nothing, rather than what it held before. */
    boolean listsAllBuckets() {
        return isBaseline() || Content.isFull(window);
    }

    /**
     * Reads a manifest.
     *
     * @throws IOException saying what is wrong with it
     */
    public static Manifest read(byte[] json) throws IOException {
        JsonNode node;
        try {
            node = CanonicalJson.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IOException("is no JSON: it was changed, or ends early", e);
        }
        int format = node.path("format").asInt();
        if (format > ManifestText.FORMAT) {
            throw new IOException("has format " + format + ", of a later release of Penstock; use that");
        }
        if (format < 1) {
            throw new IOException("is no manifest");
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

    /**
     * The manifests of all windows that a stored one covers, each as it would be alone, but for their signatures.
     *
     * @throws IOException as {@link #read}
     */
    public static List<byte[]> alone(byte[] json) throws IOException {
        Manifest stored = read(json);
        if (stored.last() == stored.window()) {
            return List.of(json);
        }
        List<byte[]> all = new ArrayList<>();
        ObjectNode next = Stretch.first(CanonicalJson.MAPPER.readTree(json));
        for (long window = stored.window(); window <= stored.last(); window++) {
            all.add(CanonicalJson.bytes(next));
            next = Stretch.after(next);
        }
        return all;
    }

    /**
     * The same as {@link #alone}, read.
     *
     * @throws IOException as {@link #read}
     */
    public static List<Manifest> all(byte[] json) throws IOException {
        String publicKey = read(json).publicKey();
        List<Manifest> all = new ArrayList<>();
        for (byte[] one : alone(json)) {
            JsonNode node = CanonicalJson.MAPPER.readTree(one);
            String hash = text(node, "manifestHash");
            all.add(of(node, hash, text(node, "contentHash"), hash, publicKey));
        }
        return all;
    }

    private static Manifest checked(JsonNode node) throws IOException {
        String contentHash = text(node, "contentHash");
        if (!CanonicalJson.hash(node.required("content")).equals(contentHash)) {
            throw new IOException("was changed: its content does not have the hash that it names");
        }
        ObjectNode first = Stretch.first(node);
        ObjectNode hashed = first.deepCopy();
        hashed.remove(List.of("content", "manifestHash"));
        String manifestHash = text(node, "manifestHash");
        if (!CanonicalJson.hash(hashed).equals(manifestHash)) {
            throw new IOException("was changed: it does not have the hash that it names");
        }
        String hashes = hashes(first, node);
        JsonNode signature = node.path(ManifestText.SIGNATURE);
        if (!signature.isMissingNode() && !Signer.verifies(signature, Stretch.lastHash(node))) {
            throw new IOException("was changed: its signature is not by the key that it names");
        }
        return of(
                node,
                hashes,
                contentHash,
                manifestHash,
                signature.path("publicKey").textValue());
    }

    private static String hashes(ObjectNode first, JsonNode node) throws IOException {
        long window = node.required("content").required("window").asLong();
        long more = Stretch.last(node) - window;
        if (more < 0 || more > Content.FULL_EVERY) {
            throw new IOException("was changed: it cannot cover " + (more + 1) + " windows");
        }
        StringBuilder hashes = new StringBuilder();
        ObjectNode manifest = first;
        hashes.append(text(manifest, "manifestHash"));
        for (long later = 1; later <= more; later++) {
            manifest = Stretch.after(manifest);
            hashes.append(text(manifest, "manifestHash"));
        }
        if (!text(manifest, "manifestHash").equals(Stretch.lastHash(node))) {
            throw new IOException("was changed: the windows that it covers do not lead to the hash that it names");
        }
        return hashes.toString();
    }

    private static Manifest of(
            JsonNode node, String hashes, String contentHash, String manifestHash, String publicKey) {
        JsonNode content = node.required("content");
        JsonNode run = node.required("run");
        Map<String, Long> changes = new LinkedHashMap<>();
        for (Op op : Op.values()) {
            String name = String.valueOf(op.code());
            if (content.path("changes").has(name)) {
                changes.put(name, content.path("changes").get(name).asLong());
            }
        }
        SortedMap<Integer, Bucket> buckets = new TreeMap<>();
        content.required("buckets")
                .properties()
                .forEach(bucket -> buckets.put(
                        Integer.valueOf(bucket.getKey()),
                        new Bucket(
                                bucket.getValue().required("documents").asLong(), text(bucket.getValue(), "digest"))));
        List<DataFile> files = new ArrayList<>();
        run.required("artifacts")
                .forEach(file -> files.add(new DataFile(
                        text(file, "sink"),
                        text(file, "path"),
                        file.required("rows").asLong(),
                        file.required("bytes").asLong(),
                        text(file, "sha256"))));
        List<Gap> gaps = new ArrayList<>();
        run.path("historyLost").forEach(lost -> gaps.add(gap(lost)));
        return new Manifest(
                text(content, "namespace"),
                content.required("window").asLong(),
                Stretch.last(node),
                hashes,
                text(content, "kind"),
                content.path("from").textValue(),
                content.has("to") ? text(content, "to") : text(content, "asOf"),
                content.required("documents").asLong(),
                text(content, "digest"),
                text(content, "merkleRoot"),
                changes,
                buckets,
                text(content, "exportVersion"),
                run.required("generation").asInt(),
                run.required("epoch").asInt(),
                node.required("previous").textValue(),
                contentHash,
                manifestHash,
                publicKey,
                List.copyOf(gaps),
                run.has("checkpointsLost") ? gap(run.get("checkpointsLost")) : null,
                List.copyOf(files));
    }

    private static Gap gap(JsonNode node) {
        return new Gap(Long.parseUnsignedLong(text(node, "from"), 16), Long.parseUnsignedLong(text(node, "to"), 16));
    }

    private static String text(JsonNode node, String field) {
        String text = node.required(field).textValue();
        if (text == null) {
            throw new IllegalArgumentException(field + " is no text");
        }
        return text;
    }

    /** What {@link Buckets} says of this manifest's own numbers, after its buckets were put in; null when they agree. */
    String disagreement(Buckets table) {
        buckets.forEach((bucket, digest) ->
                table.set(bucket, new Digest(digest.documents(), HexFormat.of().parseHex(digest.digest()))));
        Digest total = table.total();
        if (total.documents() != documents || !total.hex().equals(digest)) {
            return "its digest is not the sum of the buckets";
        }
        return HexFormat.of().formatHex(table.root()).equals(merkleRoot)
                ? null
                : "its Merkle root is not that of the buckets";
    }
}
