/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.penstock.devserver.DevServer;
import io.penstock.devserver.ServerClock;
import io.penstock.devserver.ServerVersion;
import io.penstock.devserver.SteppedClock;
import io.penstock.record.ChangeRecord;
import io.penstock.source.changestream.RawChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * The source of a fixture: a development server whose history is kept, on a clock that stands still. Of a version whose deltas can be
 * ambiguous, so that there are lookups. Used by one thread.
 */
final class FixtureSource implements AutoCloseable {
    private static final int START = 1_700_000_000;

    /** When restored; within the time that the server answers snapshot reads for. */
    private static final int RESTORED = START + 200;

    private final SteppedClock clock;
    private final DevServer server;
    private final MongoClient client;
    private boolean isClosed;

    private FixtureSource(Path data, long time) {
        clock = ServerClock.steppedFrom(time);
        server = DevServer.builder()
                .serverVersion(ServerVersion.V6_0)
                .clock(clock)
                .dataDirectory(data)
                .start();
        client = MongoClients.create(server.uri());
    }

    static FixtureSource fresh(Path data) {
        return new FixtureSource(data, START);
    }

    static FixtureSource restored(Path data) {
        return new FixtureSource(data, RESTORED);
    }

    String uri() {
        return server.uri();
    }

    void tick() {
        clock.step(1);
    }

    private MongoDatabase shop() {
        return client.getDatabase("shop");
    }

    MongoCollection<Document> collection(String name) {
        return shop().getCollection(name);
    }

    Iterable<RawBsonDocument> documents(String name) {
        return shop().getCollection(name, RawBsonDocument.class).find();
    }

    void fill(String collection, int documents) {
        collection(collection)
                .insertMany(IntStream.range(0, documents)
                        .mapToObj(i -> new Document("_id", i)
                                .append("name", "n" + i)
                                .append("list", List.of(i, i + 1))
                                .append("total", 0L))
                        .toList());
    }

    void update(String collection, int... ids) {
        for (int id : ids) {
            collection(collection)
                    .updateOne(
                            Filters.eq(id),
                            Updates.combine(
                                    Updates.inc("total", 1),
                                    Updates.push("list", id),
                                    Updates.set("inner.at", clock.millis())));
        }
    }

    void delete(String collection, int... ids) {
        for (int id : ids) {
            collection(collection).deleteOne(Filters.eq(id));
        }
    }

    void insert(String collection, int... ids) {
        for (int id : ids) {
            collection(collection).insertOne(new Document("_id", id).append("name", "inserted at " + clock.millis()));
        }
    }

    /** Deletes and inserts a document again, and updates another twice, at one cluster time. */
    void transaction(String collection, int again, int twice) {
        try (ClientSession session = client.startSession()) {
            session.withTransaction(() -> {
                MongoCollection<Document> documents = collection(collection);
                documents.deleteOne(session, Filters.eq(again));
                documents.insertOne(session, new Document("_id", again).append("name", "again"));
                documents.updateOne(session, Filters.eq(twice), Updates.inc("total", 1));
                documents.updateOne(session, Filters.eq(twice), Updates.inc("total", 1));
                return null;
            });
        }
    }

    /** The next read of documents waits for a while. */
    void blockNextFind(int millis) {
        client.getDatabase("admin")
                .runCommand(new Document("configureFailPoint", "failCommand")
                        .append("mode", new Document("times", 1))
                        .append(
                                "data",
                                new Document("failCommands", List.of("find"))
                                        .append("blockConnection", true)
                                        .append("blockTimeMS", millis)));
    }

    /** The cluster time of the latest write. */
    long time() {
        return time(client);
    }

    /** The same of any server. */
    static long time(MongoClient client) {
        return client.getDatabase("admin")
                .runCommand(new Document("ping", 1))
                .toBsonDocument()
                .getTimestamp("operationTime")
                .getValue();
    }

    /** By key, the versions of all changes of a collection since it began, in order. */
    Map<String, List<String>> versions(String name) {
        Map<String, List<String>> versions = new HashMap<>();
        try (var cursor = shop().watch()
                .startAtOperationTime(new BsonTimestamp(START, 1))
                .maxAwaitTime(100, TimeUnit.MILLISECONDS)
                .withDocumentClass(RawBsonDocument.class)
                .cursor()) {
            for (RawBsonDocument raw = cursor.tryNext(); raw != null; raw = cursor.tryNext()) {
                RawChange change = RawChange.of(ExportView.bytes(raw));
                if (change.documentKey() != null
                        && change.namespace().toString().equals("shop." + name)) {
                    versions.computeIfAbsent(
                                    io.penstock.record.Key.of(change.documentKey())
                                            .toString(),
                                    key -> new ArrayList<>())
                            .add(change.version().text());
                }
            }
        }
        return versions;
    }

    /**
     * By key, the versions that an exact export of a collection holds, given its rows: a key's row, and all its events behind it;
     * all events behind the first row for a key that has none.
     */
    Map<String, TreeSet<String>> expected(String name, List<ChangeRecord> exported) {
        Map<String, String> rows = new HashMap<>();
        for (ChangeRecord change : exported) {
            if (change.version().isRow()) {
                rows.merge(
                        change.key().toString(),
                        change.version().text(),
                        (one, other) -> one.compareTo(other) > 0 ? one : other);
            }
        }
        String first = rows.values().stream().min(Comparator.naturalOrder()).orElse("");
        Map<String, TreeSet<String>> expected = new HashMap<>();
        rows.forEach((key, row) ->
                expected.computeIfAbsent(key, any -> new TreeSet<>()).add(row));
        versions(name).forEach((key, events) -> events.stream()
                .filter(event -> event.compareTo(rows.getOrDefault(key, first)) > 0)
                .forEach(event ->
                        expected.computeIfAbsent(key, any -> new TreeSet<>()).add(event)));
        return expected;
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            client.close();
            server.close();
        }
    }
}
