/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.record.Namespace;
import io.penstock.sink.files.Manifests;
import io.penstock.store.Manifests.Range;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.window.ChainCheck.Place;
import io.penstock.window.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a job's metadata store holds. */
final class StoreHistory implements SealedHistory {
    private final JobStore store;

    private StoreHistory(JobStore store) {
        this.store = store;
    }

    /** @throws Failure when the job file has none */
    static StoreHistory open(Path file) {
        return new StoreHistory(JobStore.open(file, "its windows are in no store"));
    }

    @Override
    public String name() {
        return store.name() + " in the metadata store";
    }

    @Override
    public <T> List<Read<T>> roots(Form<T> form) throws IOException {
        List<Read<T>> read = new ArrayList<>();
        store.manifests().readRoots(root -> {
            String path = "roots/" + root.generation() + "/" + root.window();
            Place place = new Place(root.generation(), "roots", root.window(), root.last(), path);
            read.add(Read.of(place, null, root.json(), form));
        });
        return read;
    }

    @Override
    public <T> List<Read<T>> manifests(Form<T> form) throws IOException {
        List<Read<T>> read = new ArrayList<>();
        store.manifests().read(manifest -> {
            Place place = place("manifests", manifest.generation(), manifest.namespace(), manifest.window(), "");
            read.add(Read.of(place, null, manifest.json(), json -> {
                T value = form.read(json);
                requireAt(manifest, value);
                return value;
            }));
        });
        if (read.isEmpty()) {
            throw none();
        }
        return read;
    }

    /** The folder of a file tells its collection, and so it has to be in a chain; here the document tells it. */
    private static void requireAt(SealedManifest at, Object value) throws IOException {
        if (value instanceof Manifest manifest
                && !manifest.namespace().equals(at.namespace().toString())) {
            throw new IOException("holds a manifest of " + manifest.namespace() + ": it was moved or copied here");
        }
    }

    @Override
    public <T> List<Read<T>> receipts(Form<T> form) throws IOException {
        List<Read<T>> read = new ArrayList<>();
        store.manifests().readReceipts(receipt -> {
            Place place = place(
                    "receipts", receipt.generation(), receipt.namespace(), receipt.window(), "/" + receipt.sink());
            read.add(Read.of(place, receipt.sink(), receipt.json(), form));
        });
        return read;
    }

    private static Place place(String collection, int generation, Namespace namespace, long window, String more) {
        String folder = Manifests.folder(namespace);
        return new Place(
                generation, folder, window, window, collection + "/" + generation + "/" + folder + "/" + window + more);
    }

    private Failure none() {
        return Failure.failed("there are no manifests of " + store.name()
                + " in its metadata store: no window was sealed yet, or it is another store");
    }

    private List<Range> chains() throws IOException {
        List<Range> chains = store.manifests().chains();
        if (chains.isEmpty()) {
            throw none();
        }
        return chains;
    }

    @Override
    public List<Manifest> list(String namespace, int last) throws IOException {
        List<Manifest> listed = new ArrayList<>();
        for (Range chain : chains()) {
            if (namespace == null || namespace.equals(chain.namespace().toString())) {
                long first = last == 0 ? chain.first() : chain.last() - last + 1;
                for (SealedManifest manifest : at(chain, first, Long.MAX_VALUE)) {
                    listed.add(read(manifest));
                }
            }
        }
        return listed;
    }

    private List<SealedManifest> at(Range chain, long first, long last) throws IOException {
        return store.manifests().of(chain.generation(), chain.namespace().toString(), first, last);
    }

    private static Manifest read(SealedManifest manifest) {
        try {
            return Manifest.read(manifest.json());
        } catch (IOException e) {
            throw Failure.failed(
                    "the manifest of window " + manifest.window() + " of " + manifest.namespace() + ", generation "
                            + manifest.generation() + ", " + e.getMessage()
                            + ". Check them all with: penstock windows verify-chain",
                    e);
        }
    }

    @Override
    public List<Shown> of(long window) throws IOException {
        List<Shown> shown = new ArrayList<>();
        for (Range chain : chains()) {
            for (SealedManifest manifest : at(chain, window, window)) {
                shown.add(new Shown(chain.generation(), chain.namespace().toString(), manifest.json()));
            }
        }
        return shown;
    }

    @Override
    public void close() throws Exception {
        store.close();
    }
}
