/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Updates;
import io.penstock.devserver.DevServer;
import io.penstock.sink.kafka.KafkaBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that exports to Kafka alone: its metadata store has all that seals it, and is checked while the run goes on. */
class StoreOnlyRunITCase {
    private static final Pattern COUNTS = Pattern.compile("([\\d,]+) manifests, ([\\d,]+) roots, ([\\d,]+) receipts");
    private static final int DOCUMENTS = 200;

    @TempDir
    private Path folder;

    private DevServer server;
    private KafkaBroker broker;
    private MongoClient client;
    private MongoCollection<Document> collection;
    private int writes;

    @BeforeEach
    void start() throws Exception {
        server = DevServer.start();
        broker = KafkaBroker.start(folder.resolve("kafka"));
        client = MongoClients.create(server.uri());
        collection = client.getDatabase("shop").getCollection("orders");
        collection.insertMany(IntStream.range(0, DOCUMENTS)
                .mapToObj(i -> new Document("_id", i))
                .toList());
    }

    @AfterEach
    void stop() {
        client.close();
        broker.close();
        server.close();
    }

    @Test
    void theStoreHasManifestsRootsAndReceiptsThatFitEachOther() throws Exception {
        Path job = Files.writeString(
                folder.resolve("job.yaml"),
                """
                name: orders
                source: {uri: "%s", collections: [shop.orders]}
                sinks: [{type: kafka, bootstrap-servers: "%s", topic: orders}]
                windows: {every: 1 s}
                metadata: {uri: "%s"}
                pipeline: {parallelism: 2, checkpoint-interval: 500 ms, state-dir: "%s"}
                """
                        .formatted(server.uri(), broker.bootstrapServers(), server.uri(), folder.resolve("state")));
        Path output = folder.resolve("output");
        try (ChildRun run = ChildRun.start(job, folder, Map.of(), output)) {
            await().atMost(Duration.ofMinutes(4))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> {
                        run.requireAlive();
                        collection.updateOne(new Document("_id", writes % DOCUMENTS), Updates.set("n", ++writes));
                        String said = verifyChain(job);
                        if (said.contains("there are no manifests of orders")) {
                            return false;
                        }
                        assertThat(said).as("while it runs").contains("\nas it was sealed");
                        Matcher counts = COUNTS.matcher(said);
                        assertThat(counts.find()).as(said).isTrue();
                        return IntStream.of(1, 2, 3)
                                .allMatch(group ->
                                        Integer.parseInt(counts.group(group).replace(",", "")) >= 5);
                    });
            assertThat(run.stop(120)).as(Files.readString(output)).isZero();
        }
        assertThat(verifyChain(job)).contains("files were not checked").contains("\nas it was sealed");
        assertThat(Files.readString(output)).doesNotContain("WARN");
    }

    private static String verifyChain(Path job) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        Main.commandLine().setOut(writer).setErr(writer).execute("windows", "verify-chain", job.toString());
        return out.toString();
    }
}
