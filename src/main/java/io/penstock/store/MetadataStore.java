/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.store.mongo.MongoMetadataStore;
import java.io.IOException;
import java.util.Optional;

/**
 * What is known of one job beside what it exports, in a database of its own; {@code docs/metadata.md} is the contract for whoever reads it
 * there. Any number of threads and processes may use it at the same time. Each call asks the server once, but for those that say otherwise.
 */
public interface MetadataStore extends AutoCloseable {
    /**
     * Connects lazily.
     *
     * @throws io.penstock.spec.SecretNotSetException when the address is not known in this process
     */
    static MetadataStore open(MetadataOptions options) {
        return MongoMetadataStore.open(options);
    }

    /** The job's record; the first change of it makes what is missing of collections, validators and indexes. */
    StoreRecords records();

    /** The right of a life to write, which goes with the record. */
    Leases leases();

    /** The manifests, roots and receipts that were committed. */
    Manifests manifests();

    /** How far the job came; empty when no checkpoint of it was ever complete. Asks the server several times. */
    Optional<LastKnown> lastKnown() throws IOException;

    /** Who did what. */
    AuditLog audit();

    @Override
    void close();
}
