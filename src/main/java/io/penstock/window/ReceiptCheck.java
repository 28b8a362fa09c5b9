/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.window.ChainCheck.Place;
import io.penstock.window.ChainCheck.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Checks receipts against the manifests that they name: each is of the manifest beside it, and has as many changes, with those that were set aside; of a sink that has some,
 * none is missing in between. Pure: what was read is given to it.
 */
public final class ReceiptCheck {
    private record Chain(int generation, String folder) {}

    private final Map<Chain, TreeMap<Long, Manifest>> manifests = new HashMap<>();
    private final Map<Chain, Map<String, TreeMap<Long, Place>>> receipts = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /** A manifest that was read. All come before the receipts. */
    public void manifest(Place place, Manifest manifest) {
        manifests.computeIfAbsent(chain(place), any -> new TreeMap<>()).put(place.window(), manifest);
    }

    /** A receipt that cannot be read. */
    public void unreadable(Place place, String sink, String why) {
        problems.add(new Problem(place.path(), why));
        met(place, sink);
    }

    /** A receipt. */
    public void receipt(Place place, String sink, Receipt receipt) {
        met(place, sink);
        Manifest manifest =
                manifests.getOrDefault(chain(place), new TreeMap<>()).get(place.window());
        if (receipt.generation() != place.generation()
                || receipt.window() != place.window()
                || !receipt.sink().equals(sink)) {
            problem(
                    place,
                    "holds the receipt of window " + receipt.window() + " of " + receipt.namespace() + ", sink "
                            + receipt.sink() + ": it was moved or copied here");
        } else if (manifest == null || !manifest.manifestHash().equals(receipt.manifestHash())) {
            problem(place, "names a manifest that is not beside it");
        } else if (isCounted(manifest) && changes(manifest) != receipt.changes()) {
            problem(place, "has " + counted(receipt) + ", and its manifest " + changes(manifest));
        }
    }

    private static String counted(Receipt receipt) {
        int aside = receipt.deadLettered().size();
        return receipt.rows() + " changes" + (aside == 0 ? "" : " and " + aside + " that were set aside");
    }

    /** What is wrong. */
    public List<Problem> finish() {
        receipts.forEach((chain, sinks) -> sinks.forEach((sink, found) -> {
            Set<Long> there = new HashSet<>(found.keySet());
            manifests
                    .getOrDefault(chain, new TreeMap<>())
                    .subMap(found.firstKey(), found.lastKey())
                    .forEach((window, manifest) -> {
                        if (isCounted(manifest) && changes(manifest) > 0 && !there.contains(window)) {
                            problem(
                                    found.firstEntry().getValue(),
                                    "is followed by others, and that of window " + window + " of sink " + sink
                                            + " is missing: its manifest has " + changes(manifest) + " changes");
                        }
                    });
        }));
        return List.copyOf(problems);
    }

    private void met(Place place, String sink) {
        receipts.computeIfAbsent(chain(place), any -> new TreeMap<>())
                .computeIfAbsent(sink, any -> new TreeMap<>())
                .put(place.window(), place);
    }

    private void problem(Place place, String what) {
        problems.add(new Problem(place.path(), what));
    }

    private static Chain chain(Place place) {
        return new Chain(place.generation(), place.folder());
    }

    /** How many changes led to a baseline is not known. */
    private static boolean isCounted(Manifest manifest) {
        return !manifest.isBaseline();
    }

    private static long changes(Manifest manifest) {
        return manifest.changes().values().stream().mapToLong(Long::longValue).sum();
    }
}
