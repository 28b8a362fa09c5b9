/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ReadPreference;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.penstock.devserver.DevServer;
import io.penstock.record.Namespace;
import io.penstock.source.SourceOptions.Startup;
import io.penstock.source.server.DriverServer;
import io.penstock.source.server.ServerFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that takes what it is sent and answers nothing: a stopped process, a disk that hangs, a path that loses everything. */
class FrozenSourceITCase {
    private static final int DOCUMENTS = 2_000;

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private DevServer server;
    private Proxy way;
    private MongoClient client;
    private SourceJob job;

    @BeforeEach
    void start() throws Exception {
        server = DevServer.start();
        way = new Proxy(server.port());
        client = MongoClients.create(server.uri());
        orders().insertMany(IntStream.range(0, DOCUMENTS)
                .mapToObj(id -> new Document("_id", id))
                .toList());
    }

    @AfterEach
    void stop() throws Exception {
        way.freeze(false);
        job.cancel();
        client.close();
        way.close();
        server.close();
    }

    private MongoCollection<Document> orders() {
        return client.getDatabase("shop").getCollection("orders");
    }

    private void read(int documentsPerSecond) throws Exception {
        SourceOptions options = new SourceOptions(
                new Scope(Set.of(Namespace.parse("shop.orders")), List.of()),
                Startup.INITIAL,
                0,
                DOCUMENTS / 4,
                documentsPerSecond,
                0,
                0,
                false,
                false,
                0,
                false,
                null,
                null);
        // Without the name of a replica set: its members would be asked at their own addresses.
        String uri = "mongodb://127.0.0.1:" + way.port() + "/?directConnection=true";
        ServerFactory servers = () -> DriverServer.connect(uri, ReadPreference.primary(), Duration.ofMillis(200));
        job = SourceJob.start(new MongoSource(options, servers), 2);
    }

    private void freezeAt(int records) {
        await().atMost(Duration.ofMinutes(4)).until(() -> job.seen() >= records);
        way.freeze(true);
    }

    /** Ctrl-C is given 25 seconds; a task that does not end keeps its slot, and after Flink's 180 seconds costs the TaskManager. */
    @ParameterizedTest
    @ValueSource(ints = {DOCUMENTS / 10, DOCUMENTS})
    void aJobEndsAlthoughItsSourceAnswersNothing(int records) throws Exception {
        read(records == DOCUMENTS ? 0 : DOCUMENTS / 10);
        freezeAt(records);
        long before = System.nanoTime();
        job.cancel();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(25));
    }

    @Test
    void aSourceThatAnswersNothingForAWhileIsWaitedFor() throws Exception {
        read(0);
        freezeAt(DOCUMENTS);
        orders().insertOne(new Document("_id", "meanwhile"));
        // Longer than the driver looks for a server.
        await().during(Duration.ofSeconds(12)).atMost(Duration.ofMinutes(4)).until(() -> !hasSeen("meanwhile"));
        way.freeze(false);
        await().atMost(Duration.ofMinutes(4)).until(() -> hasSeen("meanwhile"));
        assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
    }

    private boolean hasSeen(String id) {
        return job.collected().content("shop.orders").containsKey(new BsonString(id));
    }
}
