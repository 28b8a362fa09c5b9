/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.penstock.devserver.DevServer;
import io.penstock.record.ChangeRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that goes on from its savepoint with another job file: collections added, removed and added again, a pattern instead of names, a
 * sink added and removed. A late row fails the job, and a job that fails is not started again here.
 */
class ChangedJobITCase {
    private static final int DOCUMENTS = 60;

    @TempDir
    private Path folder;

    private DevServer server;
    private MongoClient client;
    private TestCluster cluster;
    private JobID job;
    private String savepoint;

    @BeforeEach
    void start() throws Exception {
        server = DevServer.start();
        client = MongoClients.create(server.uri());
        cluster = TestCluster.start(new Configuration(), 2);
        for (String name : List.of("kept", "left", "added", "wide")) {
            collection(name)
                    .insertMany(IntStream.range(0, DOCUMENTS)
                            .mapToObj(i -> new Document("_id", i).append("n", 0))
                            .toList());
        }
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
        client.close();
        server.close();
    }

    @Test
    void collectionsAndSinksComeAndGoAndWhatIsSelectedIsExportedExactly() throws Exception {
        begin("[shop.kept, shop.left]", "one");
        write("kept", 1);
        write("left", 1);
        awaitExported("one", "kept", "left");
        end();

        for (String name : List.of("kept", "left", "added")) {
            write(name, 2);
        }
        List<ChangeRecord> ofLeft = export("one", "left").changes();
        long resumed = FixtureSource.time(client);
        begin("[shop.kept, shop.added]", "one", "two");
        awaitExported("one", "kept", "added");
        for (String name : List.of("kept", "left", "added")) {
            write(name, 3);
        }
        awaitExported("one", "kept", "added");
        awaitExported("two", "added");
        end();
        assertThat(export("one", "left").changes())
                .as("of a collection that left")
                .hasSameSizeAs(ofLeft);
        assertThat(export("one", "added").changes())
                .as("nothing of before the collection came")
                .allMatch(change -> Long.compareUnsigned(change.version().clusterTime(), resumed) >= 0);
        assertThat(export("two", "kept").changes())
                .as("a sink that was added begins with the next change")
                .hasSizeLessThan(DOCUMENTS);

        write("left", 4);
        List<ChangeRecord> ofTwo = export("two", "kept").changes();
        begin("['/shop[.].*/']", "one");
        awaitExported("one", "kept", "left", "added", "wide");
        for (String name : List.of("kept", "left", "added", "wide")) {
            write(name, 5);
        }
        awaitExported("one", "kept", "left", "added", "wide");
        end();
        assertThat(export("two", "kept").changes())
                .as("of a sink that was removed")
                .hasSameSizeAs(ofTwo);
        for (String name : List.of("kept", "left", "added", "wide")) {
            ExportView whole = export("one", name).view();
            assertThat(whole.doubled()).as("doubled in " + name).isZero();
            assertThat(whole.backwards()).as("backwards in " + name).isZero();
        }
    }

    private MongoCollection<Document> collection(String name) {
        return client.getDatabase("shop").getCollection(name);
    }

    /** Changes some documents, deletes one for good and inserts one. */
    private void write(String name, int round) {
        collection(name).updateMany(Filters.lt("_id", 5), Updates.inc("n", 1));
        collection(name).deleteOne(Filters.eq(10 + round));
        collection(name).insertOne(new Document("_id", 1_000 + round).append("n", round));
    }

    private void begin(String collections, String... sinks) throws Exception {
        StringBuilder yaml = new StringBuilder("name: changed\nsource: {uri: \"${SOURCE}\", collections: " + collections
                + "}\npipeline: {parallelism: 2, checkpoint-interval: 300 ms, state-dir: " + folder.resolve("state")
                + ", restart: {attempts: 0}}\nsinks:\n");
        for (String sink : sinks) {
            yaml.append("  - {type: files, name: ").append(sink).append(", path: ");
            yaml.append(folder.resolve(sink)).append("}\n");
        }
        job = cluster.submit(yaml.toString(), Map.of("SOURCE", server.uri()), savepoint, true);
    }

    private void end() throws Exception {
        savepoint = cluster.stop(job, folder.resolve("savepoints"), SavepointFormatType.NATIVE);
    }

    private void awaitExported(String sink, String... names) {
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(200))
                .failFast(() -> assertThat(cluster.failure(job)).isNull())
                .untilAsserted(() -> {
                    for (String name : names) {
                        assertThat(export(sink, name)
                                        .view()
                                        .differences(client.getDatabase("shop")
                                                .getCollection(name, RawBsonDocument.class)
                                                .find()))
                                .as(name)
                                .isEmpty();
                    }
                });
    }

    private CollectionExport export(String sink, String name) {
        return new CollectionExport(folder.resolve(sink), "shop." + name);
    }
}
