/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import io.penstock.sink.files.Manifests;
import io.penstock.sink.files.Manifests.Found;
import io.penstock.store.Manifests.Range;
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import io.penstock.window.Root;
import io.penstock.window.Root.Follows;
import io.penstock.window.SealOptions.Generations;
import io.penstock.window.SealOptions.Superseded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Generations by the manifests that are there.
 *
 * @param folders of the files sinks
 * @param metadata the store that keeps them too; null when there is none
 */
record TargetGenerations(List<String> folders, MetadataOptions metadata) implements Generations {
    private static final long serialVersionUID = 1L;

    TargetGenerations {
        folders = List.copyOf(folders);
    }

    private static final Comparator<Follows> ORDER =
            Comparator.comparingInt(Follows::generation).thenComparingLong(Follows::window);

    private record Chain(int generation, String folder) {}

    @Override
    public int next(int atLeast) throws IOException {
        int next = atLeast;
        for (String folder : folders) {
            next = Math.max(next, Manifests.greatestGeneration(folder) + 1);
        }
        if (metadata == null) {
            return next;
        }
        try (MetadataStore store = MetadataStore.open(metadata)) {
            return Math.max(next, store.manifests().greatestGeneration() + 1);
        }
    }

    @Override
    public List<Superseded> behind(long window) throws IOException {
        Map<Chain, Superseded> behind = new LinkedHashMap<>();
        for (String folder : folders) {
            for (Found found : Manifests.find(folder)) {
                if (found.last() > window) {
                    behind.merge(
                            new Chain(found.generation(), found.namespaceFolder()),
                            new Superseded(
                                    found.generation(),
                                    found.namespaceFolder(),
                                    Math.max(found.window(), window + 1),
                                    found.last()),
                            TargetGenerations::together);
                }
            }
        }
        if (metadata != null) {
            try (MetadataStore store = MetadataStore.open(metadata)) {
                for (Range range : store.manifests().behind(window)) {
                    String folder = Manifests.folder(range.namespace());
                    behind.merge(
                            new Chain(range.generation(), folder),
                            new Superseded(range.generation(), folder, range.first(), range.last()),
                            TargetGenerations::together);
                }
            }
        }
        return List.copyOf(behind.values());
    }

    /** Of several places the one that is behind: what the others have more is superseded. */
    @Override
    public Optional<Follows> lastRoot() throws IOException {
        List<Follows> last = new ArrayList<>();
        for (String folder : folders) {
            List<Found> roots = Manifests.roots(folder);
            if (roots.isEmpty()) {
                return Optional.empty();
            }
            last.add(follows(Manifests.read(roots.get(roots.size() - 1)).bytes()));
        }
        if (metadata != null) {
            try (MetadataStore store = MetadataStore.open(metadata)) {
                Optional<SealedRoot> root = store.manifests().lastRoot();
                if (root.isPresent()) {
                    last.add(follows(root.get().json()));
                }
            }
        }
        return last.stream().min(ORDER);
    }

    private static Follows follows(byte[] json) throws IOException {
        Root root = Root.read(json);
        return new Follows(root.generation(), root.last(), root.lastHash());
    }

    private static Superseded together(Superseded one, Superseded other) {
        return new Superseded(
                one.generation(),
                one.folder(),
                Math.min(one.first(), other.first()),
                Math.max(one.last(), other.last()));
    }
}
