/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.window.ChainCheck.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The manifests that were read, by generation, namespace's folder and window. */
final class SealedWindows {
    private final NavigableMap<Integer, Map<String, NavigableMap<Long, Sealed>>> generations = new TreeMap<>();

    /**
     * One that is stored.
     *
     * @param manifest null when it cannot be read
     */
    record Sealed(Place place, Manifest manifest) {
        String hashAt(long window) {
            return manifest == null ? null : manifest.hashAt(window);
        }
    }

    /** What is known of a window of a namespace. */
    enum State {
        UNSEALED,
        SUPERSEDED,
        SEALED
    }

    void add(Place place, Manifest manifest) {
        chain(place).put(place.window(), new Sealed(place, manifest));
    }

    void unreadable(Place place) {
        chain(place).put(place.window(), new Sealed(place, null));
    }

    private NavigableMap<Long, Sealed> chain(Place place) {
        return generations
                .computeIfAbsent(place.generation(), none -> new TreeMap<>())
                .computeIfAbsent(place.folder(), none -> new TreeMap<>());
    }

    private NavigableMap<Long, Sealed> chain(int generation, String folder) {
        return generations.getOrDefault(generation, Map.of()).getOrDefault(folder, new TreeMap<>());
    }

    /** The one that covers a window; null when there is none. */
    Sealed at(int generation, String folder, long window) {
        Map.Entry<Long, Sealed> entry = chain(generation, folder).floorEntry(window);
        return entry == null || entry.getValue().place().last() < window ? null : entry.getValue();
    }

    /** The one of a namespace, by its full name, that covers a window; null when there is none that can be read. */
    Sealed of(int generation, String namespace, long window) {
        for (String folder : generations.getOrDefault(generation, Map.of()).keySet()) {
            Sealed found = at(generation, folder, window);
            if (found != null
                    && found.manifest() != null
                    && found.manifest().namespace().equals(namespace)) {
                return found;
            }
        }
        return null;
    }

    /** Whether a manifest of the same namespace and an earlier generation has a hash. */
    boolean hasBefore(Place place, String hash) {
        return generations.headMap(place.generation()).values().stream()
                .map(folders -> folders.get(place.folder()))
                .filter(chain -> chain != null)
                .flatMap(chain -> chain.values().stream())
                .anyMatch(found -> found.manifest() != null && found.manifest().hasHash(hash));
    }

    /** The first window of a chain. */
    long firstWindow(int generation, String folder) {
        NavigableMap<Long, Sealed> chain = chain(generation, folder);
        return chain.isEmpty() ? Long.MAX_VALUE : chain.firstKey();
    }

    /** The first window of a namespace, by its full name; the least number when it has none. */
    long firstWindowOf(int generation, String namespace) {
        return generations.getOrDefault(generation, Map.of()).values().stream()
                .filter(chain -> chain.values().stream()
                        .anyMatch(found -> found.manifest() != null
                                && found.manifest().namespace().equals(namespace)))
                .mapToLong(NavigableMap::firstKey)
                .min()
                .orElse(Long.MIN_VALUE);
    }

    /** All of a generation. */
    Collection<Sealed> all(int generation) {
        List<Sealed> all = new ArrayList<>();
        generations.getOrDefault(generation, Map.of()).values().forEach(chain -> all.addAll(chain.values()));
        return all;
    }

    Collection<Integer> generations() {
        return generations.keySet();
    }

    /**
     * What a data file that no manifest names can be of. What an earlier generation had written when it ended, and not sealed, is superseded;
     * unless it ended with a gap in the history: then the next one has all of its files, provided that the job still knew of them.
     */
    State stateOf(String folder, long window) {
        if (generations.isEmpty() || window > lastWindow(generations.lastKey(), folder)) {
            return State.UNSEALED;
        }
        boolean wasUnsealed = generations.headMap(generations.lastKey()).keySet().stream()
                .filter(generation -> !isBehindGap(generations.higherKey(generation)))
                .anyMatch(generation -> window > lastWindow(generation, folder));
        return wasUnsealed ? State.SUPERSEDED : State.SEALED;
    }

    private boolean isBehindGap(int generation) {
        return all(generation).stream()
                .map(Sealed::manifest)
                .anyMatch(manifest ->
                        manifest != null && !manifest.gaps().isEmpty() && manifest.checkpointsLost() == null);
    }

    private long lastWindow(int generation, String folder) {
        NavigableMap<Long, Sealed> chain = chain(generation, folder);
        return chain.isEmpty()
                ? Long.MIN_VALUE
                : chain.lastEntry().getValue().place().last();
    }
}
