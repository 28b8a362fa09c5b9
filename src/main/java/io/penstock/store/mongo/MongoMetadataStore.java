/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadConcern;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.penstock.store.AuditLog;
import io.penstock.store.LastKnown;
import io.penstock.store.Leases;
import io.penstock.store.Manifests;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import io.penstock.store.StoreRecords;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One connection to the store. */
public final class MongoMetadataStore implements MetadataStore {
    /** An answer that takes longer is one that does not come; whoever asks knows what to do then. */
    static final int ANSWER_SECONDS = 10;

    private static final int SELECTION_SECONDS = 5;

    private final MongoClient client;
    private final StoreRecords records;
    private final Leases leases;
    private final Manifests manifests;
    private final MongoDatabase database;
    private final String job;

    private MongoMetadataStore(MongoClient client, MetadataOptions options) {
        MongoDatabase database = client.getDatabase(options.spec().database());
        this.client = client;
        this.database = database;
        this.job = options.job();
        this.records = new MongoRecords(database, options);
        this.manifests = new MongoManifests(database, options);
        this.leases = new MongoLeases(client, database, options);
    }

    /**
     * Connects lazily. What the connection string says of time limits counts; without it a server is waited for {@value #SELECTION_SECONDS}
     * seconds, and an answer a little over {@value #ANSWER_SECONDS}.
     *
     * @throws io.penstock.spec.SecretNotSetException when the address is not known in this process
     */
    public static MetadataStore open(MetadataOptions options) {
        return new MongoMetadataStore(connect(options), options);
    }

    static MongoClient connect(MetadataOptions options) {
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(SELECTION_SECONDS, TimeUnit.SECONDS))
                .applyToSocketSettings(socket -> socket.connectTimeout(SELECTION_SECONDS, TimeUnit.SECONDS)
                        .readTimeout(ANSWER_SECONDS + 2, TimeUnit.SECONDS))
                .applyToConnectionPoolSettings(pool -> pool.maxSize(4))
                .applyConnectionString(new ConnectionString(options.spec().serverAddress()))
                .applicationName("penstock-metadata")
                .readConcern(ReadConcern.MAJORITY)
                .writeConcern(WriteConcern.MAJORITY.withWTimeout(ANSWER_SECONDS, TimeUnit.SECONDS))
                .build();
        return MongoClients.create(settings);
    }

    @Override
    public StoreRecords records() {
        return records;
    }

    @Override
    public Leases leases() {
        return leases;
    }

    @Override
    public Manifests manifests() {
        return manifests;
    }

    @Override
    public Optional<LastKnown> lastKnown() throws IOException {
        return new LastKnownReader(database, job).read();
    }

    @Override
    public AuditLog audit() {
        return new MongoAuditLog(database, job);
    }

    @Override
    public void close() {
        client.close();
    }
}
