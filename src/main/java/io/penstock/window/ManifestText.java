/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.record.CanonicalJson;
import io.penstock.record.ChangeRecord.Op;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The JSON form of a manifest, format 1, described in {@code docs/formats.md}. {@code contentHash} is that of {@code content};
 * {@code manifestHash} that of the manifest without itself, its content and its signature: the content is in it through its hash, the manifest
 * before through {@code previous}.
 */
final class ManifestText {
    static final int FORMAT = 1;
    static final String SIGNATURE = "signature";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final HexFormat HEX = HexFormat.of();

    private ManifestText() {}

    /**
     * A manifest without a signature.
     *
     * @param previous the hash of the namespace's manifest before, or null
     */
    static ObjectNode manifest(Content content, Run run, String previous) {
        return manifest(content(content), run(run), previous);
    }

    /** The same of parts that are there. */
    static ObjectNode manifest(ObjectNode content, ObjectNode run, String previous) {
        ObjectNode manifest = JSON.objectNode();
        manifest.put("format", FORMAT);
        manifest.put("contentHash", CanonicalJson.hash(content));
        manifest.set("run", run);
        manifest.put("previous", previous);
        String manifestHash = CanonicalJson.hash(manifest);
        manifest.set("content", content);
        manifest.put("manifestHash", manifestHash);
        return manifest;
    }

    /**
     * The bytes of a manifest, or of a root.
     *
     * @param hash what is signed
     * @param signer null for no signature
     */
    static byte[] signed(ObjectNode node, String hash, Signer signer) {
        if (signer != null) {
            node.set(SIGNATURE, signer.sign(hash));
        }
        return CanonicalJson.bytes(node);
    }

    private static ObjectNode content(Content content) {
        ObjectNode node = JSON.objectNode();
        node.put("namespace", content.namespace().toString());
        node.put("window", content.window());
        node.put("kind", content.kind().name().toLowerCase(Locale.ROOT));
        if (content.kind() == Content.Kind.WINDOW) {
            node.put("from", time(content.fromMillis()));
        }
        if (content.kind() == Content.Kind.SNAPSHOT) {
            node.put("asOf", clusterTime(content.asOf()));
        } else {
            node.put("to", time(content.toMillis()));
        }
        node.put("documents", content.total().documents());
        node.put("digest", content.total().hex());
        node.put("merkleRoot", HEX.formatHex(content.root()));
        ObjectNode buckets = node.putObject("buckets");
        content.buckets().forEach((bucket, digest) -> buckets.putObject(Integer.toString(bucket))
                .put("documents", digest.documents())
                .put("digest", digest.hex()));
        if (content.changes() != null) {
            ObjectNode changes = node.putObject("changes");
            for (Op op : Op.values()) {
                changes.put(String.valueOf(op.code()), content.changes().get(op));
            }
        }
        if (content.shapes() != null) {
            ArrayNode shapes = node.putArray("shapes");
            content.shapes().stream().map(HEX::toHexDigits).sorted().forEach(shapes::add);
        }
        node.put("exportVersion", content.exportVersion());
        return node;
    }

    private static ObjectNode run(Run run) {
        ObjectNode node = JSON.objectNode();
        node.put("generation", run.generation());
        node.put("epoch", run.epoch());
        node.put("exactness", run.exactness());
        if (run.greatestRead() != 0) {
            node.put("greatestRead", clusterTime(run.greatestRead()));
        }
        node.put("fencingToken", run.fencingToken());
        if (!run.gaps().isEmpty()) {
            ArrayNode lost = node.putArray("historyLost");
            run.gaps().forEach(gap -> lost.addObject()
                    .put("from", clusterTime(gap.from()))
                    .put("to", clusterTime(gap.to())));
        }
        if (run.checkpointsLost() != null) {
            node.putObject("checkpointsLost")
                    .put("from", clusterTime(run.checkpointsLost().from()))
                    .put("to", clusterTime(run.checkpointsLost().to()));
        }
        ArrayNode artifacts = node.putArray("artifacts");
        List<Artifact> sorted = run.artifacts().stream()
                .filter(Artifact::isFile)
                .sorted(Comparator.comparing(Artifact::sink).thenComparing(Artifact::path))
                .toList();
        for (Artifact artifact : sorted) {
            artifacts
                    .addObject()
                    .put("sink", artifact.sink())
                    .put("path", artifact.path())
                    .put("rows", artifact.rows())
                    .put("bytes", artifact.bytes())
                    .put("sha256", HEX.formatHex(artifact.sha256()));
        }
        deadLettered(run, node);
        return node;
    }

    private static void deadLettered(Run run, ObjectNode node) {
        List<Artifact> refused = run.artifacts().stream()
                .filter(artifact -> artifact.refused() != null)
                .sorted(Comparator.comparing(Artifact::sink)
                        .thenComparing(artifact -> artifact.refused().version())
                        .thenComparing(artifact -> artifact.refused().key()))
                .toList();
        if (!refused.isEmpty()) {
            ArrayNode changes = node.putArray("deadLettered");
            refused.forEach(artifact ->
                    ReceiptText.add(artifact.refused(), changes.addObject().put("sink", artifact.sink())));
        }
    }

    /** As in a version's text. */
    static String clusterTime(long clusterTime) {
        return HEX.withUpperCase().toHexDigits(clusterTime);
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
