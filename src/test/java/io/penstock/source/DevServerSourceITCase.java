/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import io.penstock.devserver.DevServer;
import io.penstock.record.BsonOrder;
import io.penstock.record.DocumentLookup.Found;
import io.penstock.record.Namespace;
import io.penstock.source.SourceOptions.Startup;
import io.penstock.source.server.CollectionInfo;
import io.penstock.source.server.DriverServer;
import io.penstock.source.server.ServerFactory;
import io.penstock.source.server.SourceServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The source with MongoDB's driver, against the development server. */
class DevServerSourceITCase {
    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private static DevServer dev;
    private static MongoClient client;

    @BeforeAll
    static void start() {
        dev = DevServer.start();
        client = MongoClients.create(dev.uri());
    }

    @AfterAll
    static void stop() {
        client.close();
        dev.close();
    }

    private static ServerFactory factory() {
        String uri = dev.uri();
        return () -> DriverServer.connect(uri, com.mongodb.ReadPreference.primary(), Duration.ofMillis(200));
    }

    private static SourceServer server() {
        return factory().open();
    }

    private static MongoCollection<BsonDocument> collection(String namespace) {
        Namespace ns = Namespace.parse(namespace);
        return client.getDatabase(ns.database()).getCollection(ns.collection(), BsonDocument.class);
    }

    private static BsonDocument document(BsonValue id, String value) {
        return new BsonDocument("_id", id).append("v", new BsonString(value));
    }

    private static Map<BsonValue, BsonDocument> content(String namespace) {
        Map<BsonValue, BsonDocument> content = new TreeMap<>(BsonOrder.ASCENDING);
        collection(namespace).find().forEach(document -> content.put(document.get("_id"), document));
        return content;
    }

    @Test
    void closingDoesNotWaitForAServerThatNoLongerAnswers() {
        SourceServer server = server();
        server.operationTime(); // leaves a session that the driver wants to end
        MongoDatabase admin = client.getDatabase("admin");
        admin.runCommand(BsonDocument.parse("{configureFailPoint: 'failCommand', mode: 'alwaysOn', data: {"
                + "failCommands: ['endSessions'], appName: 'penstock', blockConnection: true, blockTimeMS: 60000}}"));
        try {
            long before = System.nanoTime();
            server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(30));
        } finally {
            admin.runCommand(BsonDocument.parse("{configureFailPoint: 'failCommand', mode: 'off'}"));
        }
    }

    @Test
    void snapshotAndChangesAddUpToCollectionsOfMixedIdsWithTransactionsAndRenames() throws Exception {
        Random random = new Random(7);
        collection("it.orders")
                .insertMany(IntStream.range(0, 3000)
                        .mapToObj(i -> document(i % 3 == 0 ? new BsonString("s" + i) : new BsonInt32(i), "first"))
                        .toList());
        collection("it.hidden").insertOne(document(new BsonInt32(1), "hidden"));
        Scope scope = new Scope(Set.of(Namespace.parse("it.orders"), Namespace.parse("it.came")), List.of());
        SourceOptions options =
                new SourceOptions(scope, Startup.INITIAL, 0, 4_000, 0, 0, 0, true, false, 0, false, null, null);
        SourceJob job = SourceJob.start(new MongoSource(options, factory()), 2, 50, Long.MAX_VALUE, 1500);
        try {
            await().atMost(Duration.ofMinutes(4)).until(() -> job.seen() > 0);
            for (int i = 0; i < 300; i++) {
                BsonInt32 id = new BsonInt32(random.nextInt(4000));
                if (random.nextInt(4) == 0) {
                    collection("it.orders").deleteOne(Filters.eq("_id", id));
                } else {
                    collection("it.orders")
                            .replaceOne(
                                    Filters.eq("_id", id), document(id, "v" + i), new ReplaceOptions().upsert(true));
                }
            }
            try (ClientSession session = client.startSession()) {
                session.startTransaction();
                for (String value : List.of("one", "two", "three")) {
                    collection("it.orders")
                            .replaceOne(
                                    session,
                                    Filters.eq("_id", 1),
                                    document(new BsonInt32(1), value),
                                    new ReplaceOptions().upsert(true));
                }
                session.commitTransaction();
            }
            collection("it.hidden").renameCollection(new com.mongodb.MongoNamespace("it.came"));
            collection("it.came").insertOne(document(new BsonInt32(2), "behind the rename"));
            await().atMost(Duration.ofMinutes(4)).untilAsserted(() -> {
                assertThat(job.late()).isNull();
                assertThat(job.collected().content("it.orders")).isEqualTo(content("it.orders"));
                assertThat(job.collected().content("it.came")).isEqualTo(content("it.came"));
            });
            assertThat(job.collected().content("it.came")).hasSize(2);
            assertThat(job.failuresLeft()).isZero();
        } finally {
            job.cancel();
        }
    }

    @Test
    void aSnapshotOnlyJobEndsByItself() throws Exception {
        collection("once.orders")
                .insertMany(IntStream.range(0, 500)
                        .mapToObj(i -> document(new BsonObjectId(new ObjectId()), "v" + i))
                        .toList());
        Scope scope = new Scope(Set.of(Namespace.parse("once.orders")), List.of());
        SourceOptions options =
                new SourceOptions(scope, Startup.SNAPSHOT_ONLY, 0, 4_000, 0, 0, 0, false, false, 0, false, null, null);
        SourceJob job = SourceJob.start(new MongoSource(options, factory()), 2);
        await().atMost(Duration.ofMinutes(4)).until(() -> job.status().isGloballyTerminalState());
        assertThat(job.collected().content("once.orders")).isEqualTo(content("once.orders"));
    }

    @Test
    void theServerIsAskedAsTheInterfaceSays() throws Exception {
        collection("asked.things")
                .insertMany(IntStream.range(0, 100)
                        .mapToObj(i -> document(new BsonInt32(i), "v"))
                        .toList());
        Namespace things = Namespace.parse("asked.things");
        try (SourceServer server = server()) {
            long before = server.operationTime();
            collection("asked.things").deleteOne(Filters.eq("_id", 5));
            byte[] key = ScriptedServer.bytes(new BsonDocument("_id", new BsonInt32(5)));
            assertThat(server.version()).hasSize(3);
            CollectionInfo info = server.collection(things);
            assertThat(info.isExportable()).isTrue();
            assertThat(info.uuid()).isNotNull();
            assertThat(server.collection(Namespace.parse("asked.nothing"))).isNull();
            assertThat(server.collections("asked")).contains(info);
            assertThat(server.collections(null)).contains(info);
            assertThat(server.size(things).documents()).isEqualTo(99);
            assertThat(server.size(things).bytes()).isPositive();
            assertThat(server.sampleIds(things, 50, null)).isNotEmpty();
            assertThat(server.sampleIds(things, 99, key)).hasSizeLessThan(95);
            Found then = ServerLookup.of(server).find(things, key, before);
            assertThat(then.exact()).isTrue();
            assertThat(then.document()).isNotNull();
            assertThat(ServerLookup.of(server).find(things, key, 0).document()).isNull();
            assertThat(server.ping()).isPositive();
        }
    }
}
