/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.window.ChainCheck;
import io.penstock.window.ChainCheck.Place;
import io.penstock.window.Manifest;
import io.penstock.window.Root;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who signed what was sealed.
 *
 * <p>Of windows in a row in which nothing happened the last is signed, alone for all of them: each names the hash of the one before. Beside files they are one
 * file with one signature. A metadata store has a manifest of each window, and those in between have none of their own; there a signed manifest
 * behind them in their chain, or a signed root that lists their collection, stands for them.
 */
final class Signatures {
    private final String expected;
    private final boolean areVouchedFor;
    private final ChainCheck check;
    private final SortedSet<String> keys = new TreeSet<>();
    private final List<Unsigned> unsigned = new ArrayList<>();
    private final Map<String, Long> signedUntil = new HashMap<>();

    private record Unsigned(Place place, String chain) {}

    /**
     * @param expected the one key that may sign; null for any, or none
     * @param areVouchedFor whether manifests need none of their own, see above
     */
    Signatures(String expected, boolean areVouchedFor, ChainCheck check) {
        this.expected = expected;
        this.areVouchedFor = areVouchedFor;
        this.check = check;
    }

    void manifest(Place place, Manifest manifest) {
        String chain = chain(place.generation(), manifest.namespace());
        if (manifest.publicKey() != null) {
            signedUntil.merge(chain, place.last(), Math::max);
        } else if (areVouchedFor) {
            unsigned.add(new Unsigned(place, chain));
            return;
        }
        keys.add(manifest.publicKey() == null ? "unsigned" : manifest.publicKey());
        other(place, manifest.publicKey());
    }

    void root(Place place, Root root) {
        if (root.publicKey() != null) {
            root.lastManifests()
                    .keySet()
                    .forEach(namespace ->
                            signedUntil.merge(chain(place.generation(), namespace), place.last(), Math::max));
        }
        other(place, root.publicKey());
    }

    /** Something else that is signed. */
    void other(Place place, String publicKey) {
        if (expected != null && !expected.equals(publicKey)) {
            check.problem(place, publicKey == null ? "is not signed" : "is signed with another key");
        }
    }

    /** The keys, once all was given. */
    SortedSet<String> finish() {
        for (Unsigned one : unsigned) {
            if (signedUntil.getOrDefault(one.chain(), Long.MIN_VALUE)
                    < one.place().last()) {
                keys.add("unsigned");
                other(one.place(), null);
            }
        }
        return keys;
    }

    private static String chain(int generation, String namespace) {
        return generation + "/" + namespace;
    }
}
