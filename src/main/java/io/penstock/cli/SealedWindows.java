/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.sink.files.Manifests;
import io.penstock.sink.files.Manifests.Found;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.spec.JobSpec;
import io.penstock.window.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The windows that were sealed since it was made, by the manifests in the job's first files sink; none of a job without one. */
final class SealedWindows {
    private final Optional<String> folder;
    private final Map<String, Long> before = new HashMap<>();

    /**
     * What was sealed of a collection.
     *
     * @param windows how many
     * @param from the beginning of the first; null when that is a baseline, whose changes are not counted
     * @param until the end of the last
     * @param documents of the collection, then
     * @param changes in all of them
     */
    record Sealed(String collection, int windows, String from, String until, long documents, long changes) {
        Sealed with(Manifest next) {
            long more =
                    next.changes().values().stream().mapToLong(Long::longValue).sum();
            return new Sealed(collection, windows + 1, from, next.until(), next.documents(), changes + more);
        }
    }

    SealedWindows(JobSpec job) throws IOException {
        folder = job.sinks().stream()
                .filter(FilesSinkSpec.class::isInstance)
                .map(sink -> ((FilesSinkSpec) sink).path())
                .findFirst();
        for (Found found : found()) {
            before.merge(chain(found), found.last(), Math::max);
        }
    }

    private List<Found> found() throws IOException {
        return folder.isPresent() ? Manifests.find(folder.get()) : List.of();
    }

    private static String chain(Found found) {
        return found.generation() + "/" + found.namespaceFolder();
    }

    /** By collection. */
    List<Sealed> since() throws IOException {
        Map<String, Sealed> sealed = new LinkedHashMap<>();
        for (Found found : found()) {
            long known = before.getOrDefault(chain(found), Long.MIN_VALUE);
            if (found.last() > known) {
                for (Manifest manifest : ExportFolder.readAll(found)) {
                    if (manifest.window() > known) {
                        add(sealed, manifest);
                    }
                }
            }
        }
        return new ArrayList<>(sealed.values());
    }

    private static void add(Map<String, Sealed> sealed, Manifest manifest) {
        Sealed known = sealed.getOrDefault(
                manifest.namespace(), new Sealed(manifest.namespace(), 0, manifest.from(), null, 0, 0));
        sealed.put(manifest.namespace(), known.with(manifest));
    }
}
