/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import io.penstock.sink.files.Manifests;
import io.penstock.window.Manifest;
import io.penstock.window.SealScene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an export has sealed, by collection and window, and how it compares with what another one sealed of the same history.
 *
 * @param byCollection each window, none of them twice
 */
record SealedHistory(Map<String, NavigableMap<Long, Window>> byCollection) {

    /**
     * A window as it was sealed.
     *
     * @param whole what it says of the whole collection at its end, which a baseline says too
     */
    record Window(String namespace, long window, boolean isBaseline, String whole, String contentHash) {
        private static Window of(Manifest manifest) {
            return new Window(
                    manifest.namespace(),
                    manifest.window(),
                    manifest.kind().equals("baseline"),
                    SealScene.digestOf(manifest),
                    manifest.contentHash());
        }
    }

    /** Reads all manifests below an export's folder, each of which is checked by itself. */
    static SealedHistory read(Path export) throws IOException {
        List<Window> windows = new ArrayList<>();
        for (Manifests.Found found : Manifests.find(export.toString())) {
            Manifest.all(Files.readAllBytes(Path.of(found.path().getPath())))
                    .forEach(manifest -> windows.add(Window.of(manifest)));
        }
        return of(windows);
    }

    static SealedHistory of(List<Window> manifests) {
        Map<String, NavigableMap<Long, Window>> sealed = new TreeMap<>();
        for (Window manifest : manifests) {
            Window other = sealed.computeIfAbsent(manifest.namespace(), none -> new TreeMap<>())
                    .put(manifest.window(), manifest);
            if (other != null) {
                throw new IllegalStateException(
                        manifest.namespace() + ": window " + manifest.window() + " is sealed twice");
            }
        }
        return new SealedHistory(sealed);
    }

    /** How many windows of all collections. */
    int windows() {
        return byCollection.values().stream().mapToInt(Map::size).sum();
    }

    /** The last window of a collection; the least possible number when none is sealed. */
    long last(String collection) {
        NavigableMap<Long, Window> windows = byCollection.get(collection);
        return windows == null ? Long.MIN_VALUE : windows.lastKey();
    }

    /**
     * The windows from which on several exports of one history have to be equal: by collection that of the latest baseline of any of them, and the
     * least possible number for a collection that none of them read a snapshot of.
     */
    static Map<String, Long> latestBaselines(Collection<SealedHistory> exports) {
        Map<String, Long> latest = new HashMap<>();
        for (SealedHistory export : exports) {
            export.byCollection.forEach((collection, windows) -> {
                latest.putIfAbsent(collection, Long.MIN_VALUE);
                windows.values().stream()
                        .filter(Window::isBaseline)
                        .forEach(manifest -> latest.merge(collection, manifest.window(), Math::max));
            });
        }
        return latest;
    }

    /** Windows that were compared, and those that differ or that only one of two exports has. */
    record Compared(int windows, List<String> differing) {}

    /**
     * Compares all windows from the baselines on, up to a last one. At the latest baseline itself the digests of the whole collection are
     * compared: what changed in that window is not counted where it is a baseline.
     */
    Compared with(SealedHistory other, Map<String, Long> baselines, long last) {
        int count = 0;
        List<String> differing = new ArrayList<>();
        for (Map.Entry<String, Long> from : baselines.entrySet()) {
            NavigableMap<Long, Window> mine = byCollection.getOrDefault(from.getKey(), new TreeMap<>());
            NavigableMap<Long, Window> theirs = other.byCollection.getOrDefault(from.getKey(), new TreeMap<>());
            TreeSet<Long> numbers = new TreeSet<>(mine.keySet());
            numbers.addAll(theirs.keySet());
            for (long window : numbers.tailSet(from.getValue())) {
                if (window <= last) {
                    count++;
                    if (!isEqual(mine.get(window), theirs.get(window))) {
                        differing.add(from.getKey() + " " + window);
                    }
                }
            }
        }
        return new Compared(count, differing);
    }

    private static boolean isEqual(Window one, Window other) {
        if (one == null || other == null) {
            return false;
        }
        boolean isBaseline = one.isBaseline() || other.isBaseline();
        return isBaseline
                ? one.whole().equals(other.whole())
                : one.contentHash().equals(other.contentHash());
    }
}
