/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.List;
import java.util.function.Supplier;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** Commands that tell what this server is: a primary, the only member of replica set {@code rs0}. */
final class InfoCommands {
    static final String REPLICA_SET = "rs0";

    private static final int MAX_DOCUMENT = 16 << 20;
    private static final int MAX_WRITE_BATCH = 100_000;
    private static final int SESSION_MINUTES = 30;

    private final Store store;
    private final Supplier<String> address;
    private final Access access;

    /** @param address host and port that it listens on, exactly as clients connect to it */
    InfoCommands(Store store, Supplier<String> address, Access access) {
        this.store = store;
        this.address = address;
        this.access = access;
    }

    BsonDocument hello(Request request) {
        BsonDocument client = Docs.docOrEmpty(request.body(), "client");
        String application = Docs.text(Docs.docOrEmpty(client, "application"), "name");
        if (application != null) {
            request.connection().setApplicationName(application);
        }
        String me = address.get();
        BsonDocument reply = new BsonDocument("helloOk", Docs.bool(true))
                .append(request.name().equals("hello") ? "isWritablePrimary" : "ismaster", Docs.bool(true))
                .append("secondary", Docs.bool(false))
                .append("setName", Docs.str(REPLICA_SET))
                .append("setVersion", Docs.num(1))
                .append("hosts", new BsonArray(List.of(Docs.str(me))))
                .append("primary", Docs.str(me))
                .append("me", Docs.str(me))
                .append("lastWrite", lastWrite())
                .append("maxBsonObjectSize", Docs.num(MAX_DOCUMENT))
                .append("maxMessageSizeBytes", Docs.num(WireProtocol.MAX_MESSAGE_BYTES))
                .append("maxWriteBatchSize", Docs.num(MAX_WRITE_BATCH))
                .append("localTime", Docs.date(store.millis()))
                .append("logicalSessionTimeoutMinutes", Docs.num(SESSION_MINUTES))
                .append("connectionId", Docs.num(request.connection().number()))
                .append("minWireVersion", Docs.num(0))
                .append("maxWireVersion", Docs.num(store.version().wireVersion()))
                .append("readOnly", Docs.bool(false));
        access.greet(request, reply);
        return Docs.ok(reply);
    }

    private BsonDocument lastWrite() {
        BsonDocument time = new BsonDocument("ts", Docs.time(store.now())).append("t", Docs.num(1L));
        return new BsonDocument("opTime", time)
                .append("lastWriteDate", Docs.date(store.millis()))
                .append("majorityOpTime", time)
                .append("majorityWriteDate", Docs.date(store.millis()));
    }

    BsonDocument buildInfo() {
        String version = store.version().text();
        BsonArray parts = new BsonArray();
        for (String part : List.of(version.split("\\."))) {
            parts.add(new BsonInt32(Integer.parseInt(part)));
        }
        parts.add(Docs.num(0));
        return Docs.ok(new BsonDocument("version", Docs.str(version))
                .append("versionArray", parts)
                .append("gitVersion", Docs.str("penstock-development-server"))
                .append("modules", new BsonArray(List.of(new BsonString("penstock-development-server"))))
                .append("bits", Docs.num(64))
                .append("debug", Docs.bool(false))
                .append("maxBsonObjectSize", Docs.num(MAX_DOCUMENT)));
    }

    BsonDocument replSetGetStatus() {
        BsonDocument time = new BsonDocument("ts", Docs.time(store.now())).append("t", Docs.num(1L));
        BsonDocument member = new BsonDocument("_id", Docs.num(0))
                .append("name", Docs.str(address.get()))
                .append("health", Docs.num(1))
                .append("state", Docs.num(1))
                .append("stateStr", Docs.str("PRIMARY"))
                .append("optime", time)
                .append("self", Docs.bool(true));
        return Docs.ok(new BsonDocument("set", Docs.str(REPLICA_SET))
                .append("date", Docs.date(store.millis()))
                .append("myState", Docs.num(1))
                .append("term", Docs.num(1L))
                .append("optimes", new BsonDocument("lastCommittedOpTime", time).append("appliedOpTime", time))
                .append("members", new BsonArray(List.of(member))));
    }

    BsonDocument replSetGetConfig() {
        BsonDocument member = new BsonDocument("_id", Docs.num(0)).append("host", Docs.str(address.get()));
        BsonDocument config = new BsonDocument("_id", Docs.str(REPLICA_SET))
                .append("version", Docs.num(1))
                .append("term", Docs.num(1))
                .append("members", new BsonArray(List.of(member)));
        return Docs.ok(new BsonDocument("config", config));
    }

    BsonDocument serverStatus(long connections, long cursors, long transactions) {
        return Docs.ok(new BsonDocument("host", Docs.str(address.get()))
                .append("version", Docs.str(store.version().text()))
                .append("process", Docs.str("mongod"))
                .append("localTime", Docs.date(store.millis()))
                .append("connections", new BsonDocument("current", Docs.num(connections)))
                .append(
                        "metrics",
                        new BsonDocument(
                                "cursor", new BsonDocument("open", new BsonDocument("total", Docs.num(cursors)))))
                .append("transactions", new BsonDocument("currentOpen", Docs.num(transactions)))
                .append("repl", new BsonDocument("setName", Docs.str(REPLICA_SET)))
                .append(
                        "storageEngine",
                        new BsonDocument("name", Docs.str("wiredTiger"))
                                .append("supportsSnapshotReadConcern", Docs.bool(true))));
    }

    BsonDocument parameters(Request request) {
        BsonDocument reply = new BsonDocument();
        boolean all = request.body().isString("getParameter");
        String version = "featureCompatibilityVersion";
        if (all || request.body().containsKey(version)) {
            reply.append(
                    version,
                    new BsonDocument("version", Docs.str(store.version().majorMinor())));
        }
        String window = "minSnapshotHistoryWindowInSeconds";
        if (all || request.body().containsKey(window)) {
            reply.append(window, Docs.num((int) store.history().windowSeconds()));
        }
        String testing = "enableTestCommands";
        if (all || request.body().containsKey(testing)) {
            reply.append(testing, Docs.bool(true));
        }
        return Docs.ok(reply);
    }
}
