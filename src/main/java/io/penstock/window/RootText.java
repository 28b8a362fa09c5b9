/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.record.CanonicalJson;
import io.penstock.window.SealOptions.Superseded;
import java.util.List;
import java.util.Map;

/** The JSON form of roots, format 1, described in {@code docs/formats.md}. */
final class RootText {
    static final int FORMAT = 1;
    static final String ROOT_HASH = "rootHash";
    static final String STRETCH = "stretch";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private RootText() {}

    /**
     * A root without a signature.
     *
     * @param manifests the hashes of the window's manifests by namespace
     * @param previous the root before; what it says of a beginning goes into this one
     */
    static ObjectNode root(int generation, long window, Map<String, String> manifests, RootChain previous) {
        ObjectNode root = JSON.objectNode();
        root.put("format", FORMAT);
        root.put("generation", generation);
        root.put("window", window);
        root.set("manifests", manifests(manifests));
        root.put("previous", previous.hash());
        if (previous.begins() != null) {
            try {
                root.set("begins", CanonicalJson.MAPPER.readTree(previous.begins()));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("it was written by this class", e);
            }
        }
        root.put(ROOT_HASH, CanonicalJson.hash(root));
        return root;
    }

    static ObjectNode manifests(Map<String, String> manifests) {
        ObjectNode node = JSON.objectNode();
        manifests.forEach(node::put);
        return node;
    }

    /**
     * What a generation's first root says.
     *
     * @param why {@code rollback}, …
     * @param last the last root that is valid
     * @param superseded manifests that are not valid any more
     */
    static String begins(String why, RootChain last, List<Superseded> superseded) {
        return begins(why, last, superseded, JSON.objectNode());
    }

    /**
     * The same after checkpoints were lost.
     *
     * @param lostAt the cluster time up to which everything had been exported
     */
    static String checkpointsLost(RootChain last, List<Superseded> superseded, long lostAt) {
        ObjectNode begins = JSON.objectNode();
        begins.put("from", ManifestText.clusterTime(lostAt));
        return begins("checkpoints lost", last, superseded, begins);
    }

    private static String begins(String why, RootChain last, List<Superseded> superseded, ObjectNode begins) {
        begins.put("why", why);
        if (last.hash() != null) {
            begins.putObject("follows")
                    .put("generation", last.generation())
                    .put("window", last.window())
                    .put(ROOT_HASH, last.hash());
        }
        ArrayNode ranges = begins.putArray("supersedes");
        superseded.forEach(range -> ranges.addObject()
                .put("generation", range.generation())
                .put("folder", range.folder())
                .put("first", range.first())
                .put("last", range.last()));
        return begins.toString();
    }
}
