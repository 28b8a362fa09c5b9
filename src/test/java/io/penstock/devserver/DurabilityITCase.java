/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class DurabilityITCase {
    @TempDir
    private Path data;

    @Test
    void aKilledServerComesBackWithEverythingThatItHadAcknowledged() throws Exception {
        AtomicInteger acknowledged = new AtomicInteger(-1);
        BsonDocument token;
        try (Child first = Child.start(data)) {
            Thread writer = new Thread(() -> insertUntilTheEnd(first.uri(), acknowledged));
            writer.start();
            token = tokenOfEvent(first.uri(), 50);
            await().atMost(Duration.ofMinutes(4)).until(() -> {
                assertThat(writer.isAlive()).isTrue();
                return acknowledged.get() >= 300;
            });
            first.close();
            writer.join();
        }

        try (Child second = Child.start(data);
                MongoClient client = MongoClients.create(second.uri())) {
            TreeSet<Integer> kept = new TreeSet<>();
            collection(client).find().forEach(document -> kept.add(document.getInteger("_id")));
            assertThat(kept.headSet(acknowledged.get(), true)).hasSize(acknowledged.get() + 1);
            assertThat(kept.size()).isBetween(acknowledged.get() + 1, acknowledged.get() + 2);
            try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> events =
                    collection(client).watch().resumeAfter(token).cursor()) {
                for (int id = 51; id <= acknowledged.get(); id++) {
                    assertThat(events.next().getDocumentKey().getInt32("_id").getValue())
                            .isEqualTo(id);
                }
            }
        }
    }

    @Test
    void everyKindOfChangeIsThereAfterARestart() {
        BsonDocument token;
        try (DevServer server = DevServer.builder().dataDirectory(data).start();
                MongoClient client = MongoClients.create(server.uri())) {
            MongoCollection<Document> collection = collection(client);
            try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> events =
                    client.getDatabase("app").watch().cursor()) {
                collection.insertMany(List.of(new Document("_id", 1).append("v", 1), new Document("_id", 2)));
                token = events.next().getResumeToken();
            }
            collection.updateOne(new Document("_id", 1), new Document("$set", new Document("v", 2)));
            collection.deleteOne(new Document("_id", 2));
            collection.createIndex(new Document("v", 1), new com.mongodb.client.model.IndexOptions().unique(true));
            client.getDatabase("app").createCollection("gone");
            client.getDatabase("app").getCollection("gone").drop();
            client.getDatabase("app").createCollection("old");
            client.getDatabase("app").getCollection("old").renameCollection(new com.mongodb.MongoNamespace("app.new"));
            try (var session = client.startSession()) {
                session.withTransaction(() -> collection.insertOne(session, new Document("_id", 3)));
            }
        }
        try (DevServer server = DevServer.builder().dataDirectory(data).start();
                MongoClient client = MongoClients.create(server.uri())) {
            MongoCollection<Document> collection = collection(client);
            assertThat(collection.find())
                    .containsExactlyInAnyOrder(new Document("_id", 1).append("v", 2), new Document("_id", 3));
            assertThat(client.getDatabase("app").listCollectionNames()).containsExactlyInAnyOrder("c", "new");
            assertThatThrownBy(() -> collection.insertOne(new Document("_id", 9).append("v", 2)))
                    .hasMessageContaining("E11000");
            collection.insertOne(new Document("_id", 4).append("v", 4));
            try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> events =
                    client.getDatabase("app").watch().resumeAfter(token).cursor()) {
                assertThat(operations(events, 7))
                        .containsExactly("insert", "update", "delete", "drop", "rename", "insert", "insert");
            }
        }
    }

    private static List<String> operations(MongoChangeStreamCursor<ChangeStreamDocument<Document>> events, int count) {
        return java.util.stream.Stream.generate(events::next)
                .limit(count)
                .map(ChangeStreamDocument::getOperationTypeString)
                .toList();
    }

    @Test
    void aTornRecordAtTheEndIsCutOff() throws Exception {
        try (DevServer server = DevServer.builder().dataDirectory(data).start();
                MongoClient client = MongoClients.create(server.uri())) {
            collection(client).insertOne(new Document("_id", 1));
            collection(client).insertOne(new Document("_id", 2));
        }
        try (RandomAccessFile file =
                new RandomAccessFile(data.resolve("journal.bin").toFile(), "rw")) {
            file.setLength(file.length() - 3);
        }
        try (DevServer server = DevServer.builder().dataDirectory(data).start();
                MongoClient client = MongoClients.create(server.uri())) {
            assertThat(collection(client).find()).containsExactly(new Document("_id", 1));
            collection(client).insertOne(new Document("_id", 5));
        }
        try (DevServer server = DevServer.builder().dataDirectory(data).start();
                MongoClient client = MongoClients.create(server.uri())) {
            assertThat(collection(client).countDocuments()).isEqualTo(2);
        }
    }

    @Test
    void oneDirectoryIsForOneServer() {
        try (DevServer first = DevServer.builder().dataDirectory(data).start()) {
            assertThat(first.port()).isPositive();
            assertThatThrownBy(() ->
                            DevServer.builder().dataDirectory(data).start().close())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("in use by another server");
        }
    }

    private static void insertUntilTheEnd(String uri, AtomicInteger acknowledged) {
        try (MongoClient client = MongoClients.create(uri + "&serverSelectionTimeoutMS=60000&retryWrites=false")) {
            for (int id = 0; ; id++) {
                collection(client).insertOne(new Document("_id", id));
                acknowledged.set(id);
            }
        } catch (com.mongodb.MongoException killed) {
            // The server's end is the loop's end.
        }
    }

    private static BsonDocument tokenOfEvent(String uri, int id) {
        try (MongoClient client = MongoClients.create(uri);
                MongoChangeStreamCursor<ChangeStreamDocument<Document>> events = collection(client)
                        .watch()
                        .startAtOperationTime(new org.bson.BsonTimestamp(1, 1))
                        .cursor()) {
            while (true) {
                ChangeStreamDocument<Document> event = events.next();
                if (event.getDocumentKey().getInt32("_id").getValue() == id) {
                    return event.getResumeToken();
                }
            }
        }
    }

    private static MongoCollection<Document> collection(MongoClient client) {
        return client.getDatabase("app").getCollection("c");
    }

    /** A server in a process of its own, which can be killed. */
    private record Child(Process process, String uri) implements AutoCloseable {
        static Child start(Path data) throws IOException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            data.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            String line = out.readLine();
            while (line != null && !line.startsWith("mongodb://")) {
                line = out.readLine();
            }
            return new Child(process, line);
        }

        /** SIGKILL. */
        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }

    /** Serves a directory until it is killed. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws InterruptedException {
            DevServer server =
                    DevServer.builder().dataDirectory(Path.of(args[0])).start();
            System.out.println(server.uri());
            Thread.currentThread().join();
        }
    }
}
