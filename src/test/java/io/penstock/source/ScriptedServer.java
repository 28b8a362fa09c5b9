/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import com.mongodb.MongoException;
import io.penstock.record.BsonOrder;
import io.penstock.record.Namespace;
import io.penstock.source.server.ChangeQuery;
import io.penstock.source.server.CollectionInfo;
import io.penstock.source.server.CollectionSize;
import io.penstock.source.server.RowQuery;
import io.penstock.source.server.ServerFactory;
import io.penstock.source.server.SourceServer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/**
 * A server that lives in this process and does as it is told: a small store with a history, a change log with tokens as the real
 * one makes them, and faults by script. It answers as a replica set does, silences included: a read at a past time on a
 * dropped collection returns nothing without an error.
 */
final class ScriptedServer implements SourceServer {
    private static final Map<String, ScriptedServer> SERVERS = new ConcurrentHashMap<>();

    /** What can be told to fail. */
    enum Call {
        COLLECTION,
        SAMPLE,
        ROWS,
        NEXT_ROWS,
        CHANGES,
        NEXT_CHANGE,
        FIND
    }

    private record Entry(long time, String token, BsonDocument event) {}

    private record Stored(long time, UUID collection, BsonValue id, byte[] document) {}

    private record Named(UUID uuid, long since) {}

    private final String name = UUID.randomUUID().toString();
    private final Map<Namespace, Named> catalog = new HashMap<>();
    private final List<Stored> history = new ArrayList<>();
    private final List<Entry> log = new ArrayList<>();
    private final Map<Call, Deque<MongoException>> faults = new HashMap<>();
    private final List<Object> asked = new ArrayList<>();
    private List<Integer> version = List.of(7, 0, 4);
    private boolean capped;
    private long oldestReadable;
    private long oldestChange;
    private long now = 1000L << 32 | 1;
    private long transaction;
    private int operation;
    private int answerRows = 20;
    private Runnable beforeRows = () -> {};

    ScriptedServer() {
        SERVERS.put(name, this);
    }

    /** The way to this server from a job graph. */
    ServerFactory factory() {
        String key = name;
        return () -> SERVERS.get(key);
    }

    // ---- what the test does
    // -------------------------------------------------------------------------------------------

    synchronized ScriptedServer version(Integer... parts) {
        version = List.of(parts);
        return this;
    }

    synchronized void capped() {
        capped = true;
    }

    /** The next such call fails. */
    synchronized void fail(Call call, int code) {
        fail(call, new MongoException(code, "scripted " + code));
    }

    synchronized void fail(Call call, MongoException fault) {
        faults.computeIfAbsent(call, key -> new ArrayDeque<>()).add(fault);
    }

    /** History before now is no longer to be read at. */
    synchronized void forgetSnapshots() {
        oldestReadable = now;
    }

    /** The log no longer reaches back to before now, a moment later; who has not read on till then cannot, be it from an open cursor. */
    synchronized void forgetChanges() {
        oldestChange = tick(1);
    }

    synchronized void answerRows(int rows) {
        answerRows = rows;
    }

    /** Happens before each answer with rows. */
    synchronized void beforeRows(Runnable action) {
        beforeRows = action;
    }

    synchronized List<Object> asked() {
        return List.copyOf(asked);
    }

    /** Seconds pass, and a no-op is written. */
    synchronized long tick(int seconds) {
        now = ((now >>> 32) + seconds) << 32 | 1;
        notifyAll();
        return now;
    }

    private long time() {
        if (transaction == 0) {
            now++;
            operation = 0;
        }
        return now;
    }

    /** Everything that the action writes is one transaction. */
    synchronized void transaction(Runnable action) {
        now++;
        operation = 0;
        transaction = now;
        action.run();
        transaction = 0;
    }

    synchronized long insert(String namespace, BsonDocument document) {
        return write(namespace, "insert", document.get("_id"), document);
    }

    synchronized long replace(String namespace, BsonDocument document) {
        return write(namespace, "replace", document.get("_id"), document);
    }

    synchronized long delete(String namespace, BsonValue id) {
        return write(namespace, "delete", id, null);
    }

    private long write(String namespace, String type, BsonValue id, BsonDocument document) {
        Namespace ns = Namespace.parse(namespace);
        long time = time();
        Named named = catalog.computeIfAbsent(ns, key -> new Named(UUID.randomUUID(), time));
        history.add(new Stored(time, named.uuid(), id, document == null ? null : bytes(document)));
        BsonDocument event = event(type, time).append("ns", name(ns));
        if (document != null) {
            event.append("fullDocument", document);
        }
        append(time, event.append("documentKey", new BsonDocument("_id", id)));
        return time;
    }

    synchronized long drop(String namespace) {
        Namespace ns = Namespace.parse(namespace);
        catalog.remove(ns);
        long time = time();
        append(time, event("drop", time).append("ns", name(ns)));
        return time;
    }

    synchronized long rename(String from, String to) {
        long time = time();
        Namespace source = Namespace.parse(from);
        Namespace target = Namespace.parse(to);
        catalog.put(target, new Named(catalog.remove(source).uuid(), time));
        append(time, event("rename", time).append("ns", name(source)).append("to", name(target)));
        return time;
    }

    /** An event made by hand. */
    synchronized void event(BsonDocument event) {
        append(event.getTimestamp("clusterTime").getValue(), event);
    }

    /** What the collection holds now. */
    synchronized Map<BsonValue, BsonDocument> content(String namespace) {
        Map<BsonValue, BsonDocument> content = new TreeMap<>(BsonOrder.ASCENDING);
        Named named = catalog.get(Namespace.parse(namespace));
        if (named != null) {
            at(named.uuid(), now).forEach((id, document) -> content.put(id, new RawBsonDocument(document)));
        }
        return content;
    }

    static BsonDocument document(int id, String value) {
        return new BsonDocument("_id", new BsonInt32(id)).append("v", new BsonString(value));
    }

    static byte[] bytes(BsonDocument document) {
        BasicOutputBuffer out = new BasicOutputBuffer();
        try (BsonBinaryWriter writer = new BsonBinaryWriter(out)) {
            new BsonDocumentCodec()
                    .encode(writer, document, EncoderContext.builder().build());
        }
        return out.toByteArray();
    }

    private BsonDocument event(String type, long time) {
        BsonDocument event = new BsonDocument("_id", new BsonDocument())
                .append("operationType", new BsonString(type))
                .append("clusterTime", new BsonTimestamp(time));
        return transaction == 0 ? event : event.append("txnNumber", new BsonInt64(1));
    }

    private static BsonDocument name(Namespace ns) {
        return new BsonDocument("db", new BsonString(ns.database())).append("coll", new BsonString(ns.collection()));
    }

    private void append(long time, BsonDocument event) {
        String token = String.format(
                "82%016X2B022C0100%s6E5A1004%04X",
                time, operation == 0 ? "29" : String.format("2B%02X", 2 * operation), log.size());
        operation++;
        BsonDocument withToken = new BsonDocument("_id", tokenOf(token));
        event.forEach((key, value) -> {
            if (!key.equals("_id")) {
                withToken.append(key, value);
            }
        });
        log.add(new Entry(time, token, withToken));
        notifyAll();
    }

    private static BsonDocument tokenOf(String data) {
        return new BsonDocument("_data", new BsonString(data));
    }

    private NavigableMap<BsonValue, byte[]> at(UUID collection, long time) {
        NavigableMap<BsonValue, byte[]> rows = new TreeMap<>(BsonOrder.ASCENDING);
        for (Stored stored : history) {
            if (stored.collection().equals(collection) && Long.compareUnsigned(stored.time(), time) <= 0) {
                if (stored.document() == null) {
                    rows.remove(stored.id());
                } else {
                    rows.put(stored.id(), stored.document());
                }
            }
        }
        return rows;
    }

    private void maybeFail(Call call) {
        Deque<MongoException> scripted = faults.get(call);
        if (scripted != null && !scripted.isEmpty()) {
            throw scripted.poll();
        }
    }

    // ---- what the source asks
    // -----------------------------------------------------------------------------------------

    @Override
    public synchronized List<Integer> version() {
        return version;
    }

    @Override
    public synchronized long operationTime() {
        return now;
    }

    @Override
    public synchronized List<CollectionInfo> collections(String database) {
        return catalog.keySet().stream()
                .filter(ns -> database == null || ns.database().equals(database))
                .map(this::info)
                .toList();
    }

    private CollectionInfo info(Namespace ns) {
        return new CollectionInfo(ns, "collection", catalog.get(ns).uuid(), capped, null);
    }

    @Override
    public synchronized CollectionInfo collection(Namespace namespace) {
        maybeFail(Call.COLLECTION);
        return catalog.containsKey(namespace) ? info(namespace) : null;
    }

    @Override
    public synchronized CollectionSize size(Namespace namespace) {
        int rows = catalog.containsKey(namespace)
                ? at(catalog.get(namespace).uuid(), now).size()
                : 0;
        return new CollectionSize(rows, rows * 100L);
    }

    @Override
    public synchronized List<byte[]> sampleIds(Namespace namespace, int count, byte[] after) {
        maybeFail(Call.SAMPLE);
        List<byte[]> ids = new ArrayList<>();
        BsonValue from = after == null ? null : new RawBsonDocument(after).get("_id");
        for (BsonValue id : at(catalog.get(namespace).uuid(), now).keySet()) {
            if (from == null || BsonOrder.ASCENDING.compare(id, from) > 0) {
                ids.add(bytes(new BsonDocument("_id", id)));
            }
        }
        return ids;
    }

    @Override
    public synchronized RowCursor rows(RowQuery query) {
        asked.add(query);
        maybeFail(Call.ROWS);
        Named named = catalog.get(query.namespace());
        long readTime = query.readTime() == 0 ? now : query.readTime();
        if (query.readTime() != 0) {
            if (Long.compareUnsigned(readTime, oldestReadable) < 0) {
                throw new MongoException(239, "SnapshotTooOld");
            }
            if (capped || (named != null && Long.compareUnsigned(readTime, named.since()) < 0)) {
                throw new MongoException(246, "SnapshotUnavailable");
            }
        }
        NavigableMap<BsonValue, byte[]> rows = named == null ? new TreeMap<>() : at(named.uuid(), readTime);
        if (query.from() != null) {
            rows = rows.tailMap(new RawBsonDocument(query.from()).get("_id"), true);
        }
        if (query.to() != null) {
            rows = rows.headMap(new RawBsonDocument(query.to()).get("_id"), false);
        }
        List<byte[]> answers = new ArrayList<>(rows.values());
        return new RowCursor() {
            private int next;

            @Override
            public List<byte[]> next() {
                synchronized (ScriptedServer.this) {
                    maybeFail(Call.NEXT_ROWS);
                    beforeRows.run();
                    int end = Math.min(answers.size(), next + answerRows);
                    List<byte[]> answer = answers.subList(next, end);
                    next = end;
                    return answer.isEmpty() ? null : answer;
                }
            }

            @Override
            public long operationTime() {
                synchronized (ScriptedServer.this) {
                    return now;
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public synchronized ChangeCursor changes(ChangeQuery query) {
        asked.add(query);
        maybeFail(Call.CHANGES);
        if (Long.compareUnsigned(query.position().clusterTime(), oldestChange) < 0) {
            throw new MongoException(286, "ChangeStreamHistoryLost");
        }
        String after = query.position().token() == null
                ? String.format("82%016X", query.position().clusterTime())
                : StreamPosition.data(query.position().token());
        int start = 0;
        while (start < log.size() && log.get(start).token().compareTo(after) <= 0) {
            start++;
        }
        int first = start;
        return new ChangeCursor() {
            private int next = first;
            private byte[] token;
            private long read = query.position().clusterTime();

            @Override
            public byte[] tryNext() {
                synchronized (ScriptedServer.this) {
                    maybeFail(Call.NEXT_CHANGE);
                    if (Long.compareUnsigned(read, oldestChange) < 0) {
                        throw new MongoException(286, "ChangeStreamHistoryLost");
                    }
                    if (next == log.size()) {
                        try {
                            ScriptedServer.this.wait(20);
                        } catch (InterruptedException e) {
                            throw new MongoException("interrupted", e);
                        }
                    }
                    if (next < log.size()) {
                        Entry entry = log.get(next++);
                        token = bytes(tokenOf(entry.token()));
                        read = entry.time();
                        return bytes(entry.event());
                    }
                    if (next == 0 || log.get(next - 1).time() != now) {
                        token = bytes(tokenOf(String.format("82%016X2B0229296E04", now)));
                        read = now;
                    }
                    return null;
                }
            }

            @Override
            public boolean hasBuffered() {
                synchronized (ScriptedServer.this) {
                    return next < log.size();
                }
            }

            @Override
            public byte[] token() {
                return token;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public synchronized Row find(Namespace namespace, byte[] documentKey, long clusterTime) {
        maybeFail(Call.FIND);
        if (clusterTime != 0 && Long.compareUnsigned(clusterTime, oldestReadable) < 0) {
            throw new MongoException(239, "SnapshotTooOld");
        }
        Named named = catalog.get(namespace);
        BsonValue id = new RawBsonDocument(documentKey).get("_id");
        byte[] found = named == null
                ? null
                : at(named.uuid(), clusterTime == 0 ? now : clusterTime).get(id);
        return new Row(found, clusterTime == 0 ? now : clusterTime);
    }

    @Override
    public long ping() {
        return 100_000;
    }

    @Override
    public synchronized long oldestChange() {
        return (now >>> 32) - 600;
    }

    @Override
    public boolean isSharded() {
        return false;
    }

    @Override
    public void close() {}
}
