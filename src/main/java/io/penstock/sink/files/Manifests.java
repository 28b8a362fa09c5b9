/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.Namespace;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Where manifests lie: {@code <path>/manifests/<generation>/<namespace>/<window>.json}, one that covers several windows
 * {@code <first>-<last>.json}; roots in the folder {@code roots} beside the namespaces'.
 */
public final class Manifests {
    private static final String FOLDER = "manifests";
    private static final String EXTENSION = ".json";
    /** No namespace's folder: each of those has a full stop in it. */
    static final String ROOTS = "roots";

    private static final Pattern NAME = Pattern.compile("(-?\\d{1,18})(?:-(\\d{1,18}))?\\.json");

    private Manifests() {}

    /**
     * One manifest, or root, that was found.
     *
     * @param window the window, or the first that it covers
     * @param last the last window that it covers
     */
    public record Found(int generation, String namespaceFolder, long window, long last, Path path) {}

    static Path path(Path root, int generation, String folder, long window, long last) {
        Path generationFolder = new Path(new Path(root, FOLDER), Integer.toString(generation));
        String name = last == window ? Long.toString(window) : window + "-" + last;
        return new Path(new Path(generationFolder, folder), name + EXTENSION);
    }

    /** How a namespace's folder is called. */
    public static String folder(Namespace namespace) {
        return NamespaceFolder.of(namespace);
    }

    static boolean isRoot(Path path) {
        return path.getParent().getName().equals(ROOTS);
    }

    /**
     * The greatest generation of any manifest below an export's folder; 0 when there is none.
     *
     * @throws IOException naming the folder, when it cannot be listed
     */
    public static int greatestGeneration(String root) throws IOException {
        Path folder = new Path(new Path(root), FOLDER);
        int greatest = 0;
        for (String name : Folders.names(FileSystem.get(folder.toUri()), folder)) {
            greatest = Math.max(greatest, generation(name));
        }
        return greatest;
    }

    /** All manifests below an export's folder: by generation, namespace and window. */
    public static List<Found> find(String root) throws IOException {
        return find(root, folder -> !folder.equals(ROOTS));
    }

    /** All roots below an export's folder: by generation and window. */
    public static List<Found> roots(String root) throws IOException {
        return find(root, ROOTS::equals);
    }

    /** Those of one collection: by generation and window. */
    public static List<Found> find(String root, Namespace namespace) throws IOException {
        String folder = NamespaceFolder.of(namespace);
        return find(root).stream()
                .filter(found -> found.namespaceFolder().equals(folder))
                .toList();
    }

    /**
     * A manifest, or root, as it is now.
     *
     * @param found where it is by now
     */
    public record Content(Found found, byte[] bytes) {}

    /**
     * Reads one that was found. One that covers windows without changes is replaced, while its job runs, by one that covers more of them; then it
     * is that one that is read.
     *
     * @throws IOException when it is not there, nor one that it has grown into, or cannot be read
     */
    public static Content read(Found found) throws IOException {
        FileSystem fileSystem = found.path().getFileSystem();
        Found at = found;
        while (true) {
            try (FSDataInputStream in = fileSystem.open(at.path())) {
                return new Content(at, in.readAllBytes());
            } catch (FileNotFoundException e) {
                Found grown = ofFolder(fileSystem, at.generation(), at.path().getParent())
                        .get(at.window());
                if (grown == null || grown.last() <= at.last()) {
                    throw e;
                }
                at = grown;
            }
        }
    }

    private static List<Found> find(String root, Predicate<String> isWanted) throws IOException {
        Path folder = new Path(new Path(root), FOLDER);
        FileSystem fileSystem = FileSystem.get(folder.toUri());
        List<Found> found = new ArrayList<>();
        for (String generation : Folders.names(fileSystem, folder)) {
            if (generation(generation) > 0) {
                Path generationFolder = new Path(folder, generation);
                for (String inner : Folders.names(fileSystem, generationFolder)) {
                    if (isWanted.test(inner)) {
                        found.addAll(ofFolder(fileSystem, generation(generation), new Path(generationFolder, inner))
                                .values());
                    }
                }
            }
        }
        found.sort(Comparator.comparingInt(Found::generation)
                .thenComparing(Found::namespaceFolder)
                .thenComparingLong(Found::window));
        return found;
    }

    /** Of several that begin with the same window, one has grown out of the others, and counts. */
    private static Map<Long, Found> ofFolder(FileSystem fileSystem, int generation, Path folder) throws IOException {
        Map<Long, Found> found = new HashMap<>();
        for (String name : Folders.names(fileSystem, folder)) {
            Matcher matcher = NAME.matcher(name);
            if (matcher.matches()) {
                long first = Long.parseLong(matcher.group(1));
                long last = matcher.group(2) == null ? first : Long.parseLong(matcher.group(2));
                Found one = new Found(generation, folder.getName(), first, last, new Path(folder, name));
                found.merge(first, one, (a, b) -> a.last() > b.last() ? a : b);
            }
        }
        return found;
    }

    private static int generation(String folderName) {
        return folderName.matches("\\d{1,9}") ? Integer.parseInt(folderName) : 0;
    }
}
