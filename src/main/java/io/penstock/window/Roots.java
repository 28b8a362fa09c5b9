/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.window.WindowOutput.Rooted;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Writes a root for each window: the hashes of the manifests that all namespaces have of it, chained. So a manifest that is missing at the end of
 * its chain, or a whole namespace, is missed.
 *
 * <p>Windows in a row in which nothing happened to any namespace have roots that whoever has their manifests can make: the first is
 * stored, with the number and the hashes of the last. Like a {@link Stretch} it grows, and is replaced. Not for several threads.
 */
final class Roots {
    private static final long NONE = Long.MIN_VALUE;

    private final Signer signer;
    private final Consumer<Rooted> out;
    private RootChain chain;

    private int generation;
    private long window = NONE;
    private boolean isEmpty;
    private Map<String, String> manifests = new TreeMap<>();

    private ObjectNode first;
    private Map<String, String> lastManifests;
    private long stored;

    Roots(RootChain chain, Signer signer, Consumer<Rooted> out) {
        this.chain = chain;
        this.signer = signer;
        this.out = out;
    }

    /** A window of a namespace was sealed; windows come in order. */
    void sealed(int ofGeneration, long ofWindow, String namespace, String manifestHash, boolean nothingHappened) {
        if (ofWindow != window || ofGeneration != generation) {
            endWindow();
            generation = ofGeneration;
            window = ofWindow;
            isEmpty = true;
        }
        manifests.put(namespace, manifestHash);
        isEmpty &= nothingHappened;
    }

    /** All namespaces' windows up to now were sealed. */
    void endWindow() {
        if (window == NONE) {
            return;
        }
        boolean grows = first != null
                && isEmpty
                && chain.generation() == generation
                && chain.window() + 1 == window
                && lastManifests.keySet().equals(manifests.keySet());
        if (!grows) {
            store();
            first = null;
        }
        if (chain.hash() != null && chain.generation() != generation && chain.begins() == null) {
            chain = chain.beginning(RootText.begins("history lost", chain, List.of()));
        }
        ObjectNode root = RootText.root(generation, window, manifests, chain);
        chain = new RootChain(generation, window, root.get(RootText.ROOT_HASH).textValue(), null);
        if (!grows) {
            first = root;
            stored = window - 1;
        }
        lastManifests = manifests;
        manifests = new TreeMap<>();
        if (!isEmpty) {
            store();
            first = null;
        }
        window = NONE;
    }

    /** Hands over what has not been yet. */
    void store() {
        if (first == null || stored == chain.window()) {
            return;
        }
        long from = first.get("window").asLong();
        ObjectNode root = first.deepCopy();
        if (chain.window() > from) {
            ObjectNode stretch = root.putObject(RootText.STRETCH);
            stretch.put("last", chain.window());
            stretch.set("manifests", RootText.manifests(lastManifests));
            stretch.put(RootText.ROOT_HASH, chain.hash());
        }
        byte[] json = ManifestText.signed(root, chain.hash(), signer);
        out.accept(new Rooted(chain.generation(), from, chain.window(), stored, json));
        stored = chain.window();
    }

    /** The last root, of all that was handed over with {@link #store}. */
    RootChain chain() {
        return chain;
    }
}
