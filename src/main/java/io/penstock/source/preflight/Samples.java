/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.preflight;

import com.mongodb.MongoException;
import io.penstock.record.Namespace;
import io.penstock.source.server.DriverServerFactory;
import io.penstock.source.server.SourceServer;
import io.penstock.spec.SourceSpec;
import java.util.ArrayList;
import java.util.List;

/** Some documents of a source, to tell before a job runs what they are like. Blocks; any one thread. */
public final class Samples {
    private static final int DOCUMENTS = 100;

    private Samples() {}

    /**
     * Randomly chosen documents of a collection, as they are now.
     *
     * @return raw BSON; empty when there are none
     * @throws MongoException when the server cannot be reached, or refuses
     */
    public static List<byte[]> of(SourceSpec spec, Namespace namespace) {
        List<byte[]> documents = new ArrayList<>();
        try (SourceServer server = new DriverServerFactory(spec).open()) {
            for (byte[] id : server.sampleIds(namespace, DOCUMENTS, null)) {
                byte[] document = server.find(namespace, id, 0).document();
                if (document != null) {
                    documents.add(document);
                }
            }
        }
        return documents;
    }
}
