/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.penstock.job.MixedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bson.RawBsonDocument;

/** A development server in a process of its own, which keeps its data and its port when it is killed and started again. */
final class Source implements AutoCloseable {
    static final String DATABASE = "shop";
    static final String COLLECTION = "orders";

    private final Path folder;
    private final List<String> options;
    private int port;
    private Child process;
    private MongoClient client;

    private Source(Path folder, List<String> options) {
        this.folder = folder;
        this.options = options;
    }

    static Source start(Path folder, String... options) throws IOException {
        Source source = new Source(folder, Arrays.asList(options));
        source.start();
        return source;
    }

    /** Starts it, again on the same port and data. */
    void start() throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "dev-server",
                "--port",
                Integer.toString(port),
                "--data",
                folder.resolve("data").toString()));
        arguments.addAll(options);
        process = Child.penstock("dev-server", folder, Map.of(), arguments.toArray(String[]::new));
        port = Integer.parseInt(
                process.await("listening on mongodb://[^\\s:]+:(\\d+)").group(1));
        if (client == null) {
            client = MongoClients.create(uri());
        }
    }

    /** Is away for a while: killed and started again, or stopped so that it keeps its connections and does not answer. */
    void away(String signal, int seconds) throws Exception {
        if (signal.equals("STOP")) {
            signal(signal);
            TimeUnit.SECONDS.sleep(seconds);
            signal("CONT");
        } else {
            kill();
            TimeUnit.SECONDS.sleep(seconds);
            start();
        }
    }

    /** SIGSTOP or SIGCONT. */
    void signal(String signal) throws IOException, InterruptedException {
        process.signal(signal);
    }

    void kill() throws InterruptedException {
        process.kill();
    }

    String uri() {
        return "mongodb://127.0.0.1:" + port + "/?replicaSet=rs0";
    }

    int port() {
        return port;
    }

    MongoClient client() {
        return client;
    }

    MixedWriter writer(long seed) {
        return new MixedWriter(client, DATABASE, COLLECTION, seed);
    }

    FindIterable<RawBsonDocument> documents() {
        return client.getDatabase(DATABASE)
                .getCollection(COLLECTION, RawBsonDocument.class)
                .find();
    }

    @Override
    public void close() throws InterruptedException {
        client.close();
        process.close();
    }
}
