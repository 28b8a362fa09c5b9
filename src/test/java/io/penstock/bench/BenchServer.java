/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** The server that is read: the one of {@code MONGODB_URI}, else the development server in a process of its own. */
public final class BenchServer implements AutoCloseable {
    private static final int BATCH = 5_000;
    private static final String LISTENING = "listening on ";

    private final Process process;
    private final String uri;
    private final MongoClient client;

    private BenchServer(Process process, String uri) {
        this.process = process;
        this.uri = uri;
        client = MongoClients.create(uri);
    }

    public static BenchServer start() throws IOException {
        String given = System.getenv("MONGODB_URI");
        if (given != null) {
            return new BenchServer(null, given);
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx4g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.penstock.cli.Main",
                        "dev-server",
                        "--port",
                        "0")
                .redirectErrorStream(true)
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int at = line.indexOf(LISTENING);
            if (at >= 0) {
                return new BenchServer(
                        process, line.substring(at + LISTENING.length()).trim());
            }
        }
        throw new IOException("the development server ended before it listened");
    }

    public String uri() {
        return uri;
    }

    public MongoClient client() {
        return client;
    }

    MongoCollection<BsonDocument> collection() {
        return client.getDatabase("bench").getCollection("documents", BsonDocument.class);
    }

    /** Fills the collection anew with documents of about 250 bytes. */
    void fill(int documents) {
        collection().drop();
        Random random = new Random(1);
        List<BsonDocument> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < documents; i++) {
            batch.add(document(i, random));
            if (batch.size() == BATCH || i == documents - 1) {
                collection().insertMany(batch, new InsertManyOptions().ordered(false));
                batch.clear();
            }
        }
    }

    /** Updates documents at random, one field each. */
    void update(int updates, int documents) {
        Random random = new Random(2);
        List<WriteModel<BsonDocument>> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < updates; i++) {
            batch.add(new UpdateOneModel<>(
                    new BsonDocument("_id", new BsonInt32(random.nextInt(documents))), Updates.set("count", i + 1)));
            if (batch.size() == BATCH || i == updates - 1) {
                collection().bulkWrite(batch);
                batch.clear();
            }
        }
    }

    /** Changes one document; each call gives one event. */
    void touch() {
        collection().updateOne(new BsonDocument("_id", new BsonInt32(0)), Updates.inc("count", 1));
    }

    private static BsonDocument document(int id, Random random) {
        return new BsonDocument("_id", new BsonInt32(id))
                .append("name", new BsonString("document number " + id))
                .append("count", new BsonInt32(0))
                .append(
                        "address",
                        new BsonDocument("city", new BsonString("city " + random.nextInt(1000)))
                                .append("street", new BsonString("street " + random.nextInt(100_000))))
                .append(
                        "text",
                        new BsonString(Long.toHexString(random.nextLong()).repeat(6)));
    }

    @Override
    public void close() {
        client.close();
        if (process != null) {
            process.destroy();
        }
    }
}
