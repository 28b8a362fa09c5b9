/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;

/**
 * Windows in a row in which nothing happened to a namespace, stored as one manifest. Each has the manifest, and with it the hashes, that it
 * would have alone: apart from the window's number, its bounds and the chain, all are like the first. What is stored is the first, and under
 * {@code stretch} the number of the last and the hash of its manifest.
 *
 * <p>A stretch grows while nothing happens, and what was stored of it is replaced by more of it. Not for several threads.
 */
final class Stretch {
    private static final String FIELD = "stretch";

    private final ObjectNode first;
    private ObjectNode last;
    private long stored;

    /** Of a first manifest, without a signature. */
    Stretch(ObjectNode first) {
        this.first = first;
        last = first;
        stored = first() - 1;
    }

    long first() {
        return window(first);
    }

    long last() {
        return window(last);
    }

    int generation() {
        return first.get("run").get("generation").intValue();
    }

    /** Whether a window in which nothing happened belongs to it. */
    boolean isFollowedBy(long window, int ofGeneration, int epoch) {
        return window == last() + 1
                && ofGeneration == generation()
                && epoch == first.get("run").get("epoch").intValue();
    }

    /** One more window; returns the hash of its manifest. */
    String grow() {
        last = after(last);
        return hash();
    }

    /** The hash of the last window's manifest. */
    String hash() {
        return last.get("manifestHash").textValue();
    }

    /** Whether it has grown since {@link #store}. */
    boolean isToBeStored() {
        return stored < last();
    }

    /** Notes that it is stored up to now; returns the last window of what was stored of it before, one less than the first when nothing was. */
    long store() {
        long before = stored;
        stored = last();
        return before;
    }

    /** What is to be stored. */
    byte[] json(Signer signer) {
        ObjectNode json = first.deepCopy();
        if (last() > first()) {
            json.putObject(FIELD).put("last", last()).put("manifestHash", hash());
        }
        return ManifestText.signed(json, hash(), signer);
    }

    /** The last window of what is stored; the only one, of a manifest that is not of a stretch. */
    static long last(JsonNode stored) {
        return stored.has(FIELD) ? stored.get(FIELD).required("last").asLong() : window(stored);
    }

    /** The hash of the last window's manifest, as it is stored. */
    static String lastHash(JsonNode stored) {
        return (stored.has(FIELD) ? stored.get(FIELD) : stored)
                .required("manifestHash")
                .asText();
    }

    /** The first window's manifest, without a signature, of what is stored. */
    static ObjectNode first(JsonNode stored) {
        ObjectNode first = stored.deepCopy();
        first.remove(FIELD);
        first.remove(ManifestText.SIGNATURE);
        return first;
    }

    /** The next window's manifest when nothing happens in it. */
    static ObjectNode after(ObjectNode manifest) {
        ObjectNode content = manifest.get("content").deepCopy();
        Instant end = Instant.parse(content.get("to").textValue());
        Duration length = Duration.between(Instant.parse(content.get("from").textValue()), end);
        content.put("window", window(manifest) + 1);
        content.put("from", end.toString());
        content.put("to", end.plus(length).toString());
        return ManifestText.manifest(
                content,
                (ObjectNode) manifest.get("run"),
                manifest.get("manifestHash").textValue());
    }

    private static long window(JsonNode manifest) {
        return manifest.required("content").required("window").asLong();
    }
}
