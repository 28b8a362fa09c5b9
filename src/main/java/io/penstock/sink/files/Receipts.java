/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.Namespace;
import io.penstock.sink.files.Manifests.Found;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Where receipts lie: beside the manifests, {@code <path>/manifests/<generation>/<namespace>/receipts/<window>-<sink>.json}. A receipt
 * says where another sink's changes of the window lie.
 */
public final class Receipts {
    private static final String FOLDER = "receipts";
    private static final String EXTENSION = ".json";
    private static final Pattern NAME = Pattern.compile("(-?\\d{1,18})-([a-z0-9][a-z0-9_-]*)\\.json");

    private Receipts() {}

    static Path path(Path root, int generation, Namespace namespace, long window, String sink) {
        return of(Manifests.path(root, generation, NamespaceFolder.of(namespace), window, window), window, sink);
    }

    private static Path of(Path manifest, long window, String sink) {
        return new Path(new Path(manifest.getParent(), FOLDER), window + "-" + sink + EXTENSION);
    }

    /** One that was found, where the manifest of its window would be found. */
    public record Of(Found manifest, String sink) {}

    /** All those beside some manifests. */
    public static List<Of> beside(List<Found> manifests) throws IOException {
        Map<Path, Found> folders = new LinkedHashMap<>();
        manifests.forEach(found -> folders.putIfAbsent(new Path(found.path().getParent(), FOLDER), found));
        List<Of> receipts = new ArrayList<>();
        for (Map.Entry<Path, Found> folder : folders.entrySet()) {
            FileSystem fileSystem = FileSystem.get(folder.getKey().toUri());
            for (String name : Folders.names(fileSystem, folder.getKey())) {
                Matcher matcher = NAME.matcher(name);
                if (matcher.matches()) {
                    long window = Long.parseLong(matcher.group(1));
                    Found any = folder.getValue();
                    Path path = new Path(folder.getKey(), name);
                    receipts.add(new Of(
                            new Found(any.generation(), any.namespaceFolder(), window, window, path),
                            matcher.group(2)));
                }
            }
        }
        receipts.sort(Comparator.comparing(of -> of.manifest().path().toString()));
        return receipts;
    }

    /** Those of a manifest, in order of the sinks' names. */
    public static List<Path> of(Found manifest) throws IOException {
        Path folder = new Path(manifest.path().getParent(), FOLDER);
        FileSystem fileSystem = FileSystem.get(folder.toUri());
        return Folders.names(fileSystem, folder).stream()
                .filter(name -> name.startsWith(manifest.window() + "-") && name.endsWith(EXTENSION))
                .sorted()
                .map(name -> new Path(folder, name))
                .toList();
    }
}
