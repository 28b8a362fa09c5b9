/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.record.Namespace;
import io.penstock.window.WindowOutput.Sealed;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Hands manifests and roots over: one at once when something happened in its window, else as part of a {@link Stretch}. What is under way
 * is handed over before each checkpoint, so none of it is state. Runs in the task thread of what seals.
 */
final class Sealer {
    private final Signer signer;
    private final Consumer<WindowOutput> out;
    private final Roots roots;
    private final Map<Namespace, Stretch> stretches = new LinkedHashMap<>();

    Sealer(RootChain chain, Signer signer, Consumer<WindowOutput> out) {
        this.signer = signer;
        this.out = out;
        roots = new Roots(chain, signer, out::accept);
    }

    /**
     * Seals a window in which something happened, or the first of several in which nothing did.
     *
     * @param manifest without a signature
     * @param isEmpty whether nothing happened in it, and windows like it may follow
     * @return the hash of its manifest
     */
    String seal(Namespace namespace, long window, ObjectNode manifest, boolean isEmpty) {
        end(namespace);
        Stretch stretch = new Stretch(manifest);
        if (isEmpty) {
            stretches.put(namespace, stretch);
        } else {
            store(namespace, stretch);
        }
        roots.sealed(stretch.generation(), window, namespace.toString(), stretch.hash(), isEmpty);
        return stretch.hash();
    }

    /**
     * Seals a window in which nothing happened behind others like it.
     *
     * @return the hash of its manifest; null when there are none before it
     */
    String grow(Namespace namespace, long window, int generation, int epoch) {
        Stretch stretch = stretches.get(namespace);
        if (stretch == null || !stretch.isFollowedBy(window, generation, epoch)) {
            return null;
        }
        String hash = stretch.grow();
        roots.sealed(generation, window, namespace.toString(), hash, true);
        return hash;
    }

    /** Nothing of the namespace follows what was sealed of it. */
    void end(Namespace namespace) {
        Stretch stretch = stretches.remove(namespace);
        if (stretch != null) {
            store(namespace, stretch);
        }
    }

    /** All namespaces' windows up to now were sealed. */
    void endWindow() {
        roots.endWindow();
    }

    /** Hands over what has not been yet. */
    void store() {
        stretches.forEach(this::store);
        roots.store();
    }

    private void store(Namespace namespace, Stretch stretch) {
        if (stretch.isToBeStored()) {
            long before = stretch.store();
            out.accept(new Sealed(
                    stretch.generation(), namespace, stretch.first(), stretch.last(), before, stretch.json(signer)));
        }
    }

    /** The last root; after {@link #store} all up to it are handed over. */
    RootChain chain() {
        return roots.chain();
    }
}
