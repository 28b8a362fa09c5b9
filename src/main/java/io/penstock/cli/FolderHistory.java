/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.sink.files.Manifests;
import io.penstock.sink.files.Manifests.Content;
import io.penstock.sink.files.Manifests.Found;
import io.penstock.sink.files.Receipts;
import io.penstock.window.ChainCheck.Place;
import io.penstock.window.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What lies beside the files of a files sink.
 *
 * @param name the export's folder
 */
record FolderHistory(String name) implements SealedHistory {
    private List<Found> found() throws IOException {
        List<Found> found = Manifests.find(name);
        if (found.isEmpty()) {
            throw Failure.failed("there are no manifests in " + name
                    + "/manifests: no window was sealed yet, or it is another folder");
        }
        return found;
    }

    @Override
    public <T> List<Read<T>> roots(Form<T> form) throws IOException {
        return Manifests.roots(name).stream().map(root -> read(root, form)).toList();
    }

    /** Reading and hashing go side by side. */
    @Override
    public <T> List<Read<T>> manifests(Form<T> form) throws IOException {
        return found().parallelStream().map(manifest -> read(manifest, form)).toList();
    }

    @Override
    public <T> List<Read<T>> receipts(Form<T> form) throws IOException {
        List<Read<T>> read = new ArrayList<>();
        for (Receipts.Of of : Receipts.beside(Manifests.find(name))) {
            Found at = of.manifest();
            Place place = place(at, ExportFolder.receiptBelow(at, at.path()));
            read.add(Read.of(place, of.sink(), ExportFolder.bytes(at.path()), form));
        }
        return read;
    }

    private static <T> Read<T> read(Found found, Form<T> form) {
        Found at = found;
        try {
            Content content = Manifests.read(found);
            at = content.found();
            return Read.of(place(at, ExportFolder.below(at)), null, content.bytes(), form);
        } catch (IOException e) {
            return new Read<>(place(at, ExportFolder.below(at)), null, null, e.getMessage());
        }
    }

    private static Place place(Found at, String path) {
        return new Place(at.generation(), at.namespaceFolder(), at.window(), at.last(), path);
    }

    @Override
    public List<Manifest> list(String namespace, int last) throws IOException {
        List<Manifest> listed = new ArrayList<>();
        List<Found> found = found();
        Map<String, Long> ends = new HashMap<>();
        found.forEach(manifest -> ends.merge(chain(manifest), manifest.last(), Math::max));
        for (Found manifest : found) {
            long end = ends.get(chain(manifest));
            if (last == 0 || manifest.last() > end - last) {
                for (Manifest alone : ExportFolder.readAll(manifest)) {
                    boolean isLast = last == 0 || alone.window() > end - last;
                    if (isLast && (namespace == null || namespace.equals(alone.namespace()))) {
                        listed.add(alone);
                    }
                }
            }
        }
        return listed;
    }

    private static String chain(Found manifest) {
        return manifest.generation() + "/" + manifest.namespaceFolder();
    }

    @Override
    public List<Shown> of(long window) throws IOException {
        List<Shown> shown = new ArrayList<>();
        for (Found found : found()) {
            if (found.window() <= window && window <= found.last()) {
                String namespace = ExportFolder.read(found).namespace();
                byte[] json =
                        Manifest.alone(Manifests.read(found).bytes()).get(Math.toIntExact(window - found.window()));
                shown.add(new Shown(found.generation(), namespace, json));
            }
        }
        return shown;
    }

    @Override
    public void close() {}
}
