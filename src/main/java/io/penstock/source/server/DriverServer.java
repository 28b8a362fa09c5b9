/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.server;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.client.AggregateIterable;
import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.changestream.FullDocument;
import io.penstock.record.Namespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.conversions.Bson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A deployment reached through MongoDB's own driver. */
public final class DriverServer implements SourceServer {
    private static final Logger LOG = LoggerFactory.getLogger(DriverServer.class);
    private static final BsonDocument ID_ONLY = new BsonDocument("_id", new BsonInt32(1));
    private static final Set<String> OWN_DATABASES = Set.of("admin", "config", "local");

    /** Longer than any answer takes: finding the bounds of a large collection on a busy server can take minutes. */
    private static final int READ_TIMEOUT_MINUTES = 10;

    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final MongoClient client;
    private final ReadPreference rowsFrom;
    private final Duration maxAwait;
    private List<Integer> version;

    private DriverServer(MongoClient client, ReadPreference rowsFrom, Duration maxAwait) {
        this.client = client;
        this.rowsFrom = rowsFrom;
        this.maxAwait = maxAwait;
    }

    /**
     * Connects lazily. What the connection string says of time limits counts; without it, a server is waited for 10 seconds, and an answer
     * {@value #READ_TIMEOUT_MINUTES} minutes.
     *
     * @param uri a connection string; never shown
     * @param rowsFrom where snapshot rows are read; everything else goes by the connection string
     * @param maxAwait how long the server waits for a change before it answers with nothing
     */
    public static DriverServer connect(String uri, ReadPreference rowsFrom, Duration maxAwait) {
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(10, TimeUnit.SECONDS))
                .applyToSocketSettings(socket -> socket.readTimeout(READ_TIMEOUT_MINUTES, TimeUnit.MINUTES))
                .applyConnectionString(new ConnectionString(uri))
                .applicationName("penstock")
                .codecRegistry(CodecRegistries.fromRegistries(
                        CodecRegistries.fromProviders(new RawBytesCodec()),
                        MongoClientSettings.getDefaultCodecRegistry()))
                .build();
        return new DriverServer(MongoClients.create(settings), rowsFrom, maxAwait);
    }

    @Override
    public synchronized List<Integer> version() {
        if (version == null) {
            version = client
                    .getDatabase("admin")
                    .runCommand(new BsonDocument("buildInfo", new BsonInt32(1)), BsonDocument.class)
                    .getArray("versionArray")
                    .stream()
                    .limit(3)
                    .map(part -> part.asNumber().intValue())
                    .toList();
        }
        return version;
    }

    @Override
    public long operationTime() {
        return operationTime(command("admin", new BsonDocument("ping", new BsonInt32(1))));
    }

    private static long operationTime(BsonDocument reply) {
        BsonTimestamp time = reply.getTimestamp("operationTime", null);
        if (time == null) {
            throw new IllegalStateException(
                    "the server tells no operation time: change streams need a replica set or a sharded"
                            + " cluster, and this is a standalone server");
        }
        return time.getValue();
    }

    private BsonDocument command(String database, BsonDocument command) {
        return client.getDatabase(database).runCommand(command, ReadPreference.primary(), BsonDocument.class);
    }

    @Override
    public List<CollectionInfo> collections(String database) {
        List<CollectionInfo> found = new ArrayList<>();
        Iterable<String> databases = database == null ? client.listDatabaseNames() : List.of(database);
        for (String name : databases) {
            if (!OWN_DATABASES.contains(name)) {
                for (BsonDocument each : client.getDatabase(name).listCollections(BsonDocument.class)) {
                    found.add(info(name, each));
                }
            }
        }
        return found;
    }

    @Override
    public CollectionInfo collection(Namespace namespace) {
        BsonDocument found = client.getDatabase(namespace.database())
                .listCollections(BsonDocument.class)
                .filter(new BsonDocument("name", new BsonString(namespace.collection())))
                .first();
        return found == null ? null : info(namespace.database(), found);
    }

    private static CollectionInfo info(String database, BsonDocument listed) {
        BsonDocument options = listed.getDocument("options", new BsonDocument());
        BsonBinary uuid = listed.getDocument("info", new BsonDocument()).getBinary("uuid", null);
        BsonValue collation = options.get("collation");
        return new CollectionInfo(
                new Namespace(database, listed.getString("name").getValue()),
                listed.getString("type", new BsonString("collection")).getValue(),
                uuid == null ? null : uuid(uuid),
                options.getBoolean("capped", BsonBoolean.FALSE).getValue(),
                collation == null ? null : collation.asDocument().toJson());
    }

    private static UUID uuid(BsonBinary binary) {
        java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(binary.getData());
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    @Override
    public CollectionSize size(Namespace namespace) {
        BsonDocument stats =
                command(namespace.database(), new BsonDocument("collStats", new BsonString(namespace.collection())));
        return new CollectionSize(number(stats, "count"), number(stats, "size"));
    }

    private static long number(BsonDocument document, String field) {
        return document.containsKey(field) ? document.getNumber(field).longValue() : 0;
    }

    @Override
    public List<byte[]> sampleIds(Namespace namespace, int count, byte[] after) {
        List<Bson> pipeline = new ArrayList<>();
        pipeline.add(Aggregates.sample(count));
        pipeline.add(Aggregates.project(ID_ONLY));
        if (after != null) {
            pipeline.add(Aggregates.match(new BsonDocument(
                    "$expr",
                    new BsonDocument(
                            "$gt",
                            new BsonArray(List.of(
                                    new BsonString("$_id"),
                                    new BsonDocument("$literal", new RawBsonDocument(after).get("_id"))))))));
        }
        pipeline.add(Aggregates.sort(ID_ONLY));
        AggregateIterable<byte[]> ids =
                rows(namespace).aggregate(pipeline, byte[].class).allowDiskUse(true);
        return ids.into(new ArrayList<>());
    }

    private MongoCollection<byte[]> rows(Namespace namespace) {
        return client.getDatabase(namespace.database())
                .getCollection(namespace.collection(), byte[].class)
                .withReadPreference(rowsFrom);
    }

    @Override
    public RowCursor rows(RowQuery query) {
        return new DriverRows(client, rows(query.namespace()), query, query.readTime() == 0 ? operationTime() : 0);
    }

    @Override
    public ChangeCursor changes(ChangeQuery query) {
        ChangeStreamIterable<?> stream = query.database() == null
                ? client.watch(query.pipeline())
                : client.getDatabase(query.database()).watch(query.pipeline());
        if (query.position().token() != null) {
            stream.startAfter(new RawBsonDocument(query.position().token()));
        } else {
            stream.startAtOperationTime(new BsonTimestamp(query.position().clusterTime()));
        }
        if (query.postImages()) {
            stream.fullDocument(FullDocument.WHEN_AVAILABLE);
        }
        if (query.expandedEvents()) {
            stream.showExpandedEvents(true);
        }
        if (query.batchSize() > 0) {
            stream.batchSize(query.batchSize());
        }
        stream.maxAwaitTime(maxAwait.toMillis(), TimeUnit.MILLISECONDS);
        return new DriverChanges(stream);
    }

    @Override
    public Row find(Namespace namespace, byte[] documentKey, long clusterTime) {
        // The time is asked for before the read and named in it. That of the answer would be too late: a change between
        // the
        // read's snapshot and the answer is not in the document, and would be taken for included.
        long includes = clusterTime == 0 ? operationTime() : clusterTime;
        BsonDocument command = new BsonDocument("find", new BsonString(namespace.collection()))
                .append("filter", new RawBsonDocument(documentKey))
                .append("limit", new BsonInt32(1))
                .append("singleBatch", BsonBoolean.TRUE)
                .append("readConcern", readConcern(clusterTime, includes));
        RawBsonDocument reply = client.getDatabase(namespace.database())
                .runCommand(command, ReadPreference.primary(), RawBsonDocument.class);
        BsonArray batch = reply.getDocument("cursor").getArray("firstBatch");
        byte[] document = batch.isEmpty() ? null : RawBytesCodec.bytes((RawBsonDocument) batch.get(0));
        return new Row(document, includes);
    }

    private static BsonDocument readConcern(long clusterTime, long includes) {
        return clusterTime == 0
                ? ReadConcern.MAJORITY.asDocument().append("afterClusterTime", new BsonTimestamp(includes))
                : ReadConcern.SNAPSHOT.asDocument().append("atClusterTime", new BsonTimestamp(clusterTime));
    }

    @Override
    public long ping() {
        long before = System.nanoTime();
        command("admin", new BsonDocument("ping", new BsonInt32(1)));
        return System.nanoTime() - before;
    }

    @Override
    public long oldestChange() {
        try {
            BsonDocument oldest = client.getDatabase("local")
                    .getCollection("oplog.rs", BsonDocument.class)
                    .find()
                    .projection(new BsonDocument("ts", new BsonInt32(1)))
                    .sort(new BsonDocument("$natural", new BsonInt32(1)))
                    .first();
            return oldest == null ? -1 : oldest.getTimestamp("ts").getTime() & 0xFFFFFFFFL;
        } catch (MongoCommandException e) {
            LOG.debug("The oplog cannot be looked at", e);
            return -1;
        }
    }

    @Override
    public boolean isSharded() {
        BsonDocument hello = command("admin", new BsonDocument("hello", new BsonInt32(1)));
        return hello.containsKey("msg") && hello.getString("msg").getValue().equals("isdbgrid");
    }

    /**
     * Lets go of the server within a few seconds, also of one that has stopped answering: the driver says goodbye to the server first and waits
     * for its answer, which is then left to a thread of its own. A task that cannot end would keep its slot, and Ctrl-C waiting.
     */
    @Override
    public void close() {
        Thread closing = new Thread(client::close, "closing the source's connections");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(CLOSING.toMillis());
            if (closing.isAlive()) {
                LOG.warn("The source does not answer; its connections are closed when it does, or by their time limit");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
