/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import io.penstock.spec.JobSpec;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataEntry.SinkReceipt;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A job with a metadata store, for tests. */
public final class Stores {
    public static final String JOB = "cities";
    public static final String DATABASE = "penstock";

    private Stores() {}

    /** A job file's content. */
    public static JobSpec job(String uri, String stateDir) {
        String text =
                """
                name: cities
                source: {uri: "%s", collections: [geo.cities]}
                sinks: [{type: files, path: "%s/../export"}]
                metadata: {uri: "%s"}
                pipeline: {state-dir: "%s"}
                """
                        .formatted(uri, stateDir, uri, stateDir);
        return JobSpec.parse("cities.yaml", text, Map.<String, String>of()::get);
    }

    public static MetadataOptions options(String uri, String stateDir) {
        return MetadataOptions.of(job(uri, stateDir)).orElseThrow();
    }

    /** All manifests of a store. */
    public static List<SealedManifest> manifests(MetadataStore store) throws IOException {
        List<SealedManifest> all = new ArrayList<>();
        store.manifests().read(all::add);
        return all;
    }

    /** All roots of a store. */
    public static List<SealedRoot> roots(MetadataStore store) throws IOException {
        List<SealedRoot> all = new ArrayList<>();
        store.manifests().readRoots(all::add);
        return all;
    }

    /** All receipts of a store. */
    public static List<SinkReceipt> receipts(MetadataStore store) throws IOException {
        List<SinkReceipt> all = new ArrayList<>();
        store.manifests().readReceipts(all::add);
        return all;
    }
}
