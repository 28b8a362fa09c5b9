/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.List;
import java.util.function.BiConsumer;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** {@code insert}, {@code update}, {@code delete} and {@code findAndModify}. */
final class WriteCommands {
    private final Store store;
    private final RetryTable retried;

    WriteCommands(Store store, RetryTable retried) {
        this.store = store;
        this.retried = retried;
    }

    BsonDocument insert(Request request) {
        List<BsonValue> documents = request.list("documents");
        String collection = request.collection();
        return write(request, (writer, reply) -> {
            StoredCollection target = writer.collectionOrNew(request.db(), collection);
            each(request, documents, reply, (one, index) -> {
                RawBsonDocument document = NewDocument.of(one.asDocument());
                writer.insert(target, document);
                add(reply, "n", 1);
            });
        });
    }

    BsonDocument update(Request request) {
        List<BsonValue> updates = request.list("updates");
        BsonArray upserted = new BsonArray();
        return write(request, (writer, reply) -> {
            upserted.clear();
            reply.append("nModified", Docs.num(0));
            each(request, updates, reply, (one, index) -> {
                UpdateRun run = new UpdateRun(writer, request);
                run.all(one.asDocument());
                add(reply, "n", run.matched());
                add(reply, "nModified", run.modified());
                if (run.upserted() != null) {
                    add(reply, "n", 1);
                    upserted.add(new BsonDocument("index", Docs.num(index)).append("_id", run.upserted()));
                }
            });
            if (!upserted.isEmpty()) {
                reply.append("upserted", upserted);
            }
        });
    }

    BsonDocument delete(Request request) {
        List<BsonValue> deletes = request.list("deletes");
        return write(
                request,
                (writer, reply) -> each(request, deletes, reply, (one, index) -> {
                    BsonDocument statement = one.asDocument();
                    boolean single = Docs.number(statement, "limit", 0) == 1;
                    add(reply, "n", new UpdateRun(writer, request).delete(Docs.docOrEmpty(statement, "q"), single));
                }));
    }

    BsonDocument findAndModify(Request request) {
        return write(request, (writer, reply) -> {
            reply.clear();
            reply.putAll(new FindAndModify(writer, request).run());
        });
    }

    /** Runs one write command: found in the table of retried ones, or done and remembered there. */
    private BsonDocument write(Request request, BiConsumer<Writer, BsonDocument> work) {
        if (request.transaction() != null) {
            return store.write(request.transaction(), writer -> done(writer, work));
        }
        TransactionId retryable = request.retryable();
        return store.write(
                retryable,
                writer -> {
                    BsonDocument earlier = retried.find(retryable);
                    if (earlier != null) {
                        return earlier;
                    }
                    BsonDocument reply = done(writer, work);
                    retried.remember(retryable, reply);
                    return reply;
                },
                reply -> reply);
    }

    private static BsonDocument done(Writer writer, BiConsumer<Writer, BsonDocument> work) {
        BsonDocument reply = new BsonDocument("n", Docs.num(0));
        work.accept(writer, reply);
        return Docs.ok(reply);
    }

    @FunctionalInterface
    private interface Statement {
        void run(BsonValue statement, int index);
    }

    /** Runs the statements; an error ends an ordered command and is noted for its statement, inside a transaction thrown. */
    private static void each(Request request, List<BsonValue> statements, BsonDocument reply, Statement work) {
        boolean ordered = !request.body().containsKey("ordered") || Docs.truth(request.body(), "ordered");
        BsonArray errors = new BsonArray();
        for (int i = 0; i < statements.size(); i++) {
            try {
                work.run(statements.get(i), i);
            } catch (ServerError e) {
                if (request.transaction() != null && e.code() == 112) {
                    throw e;
                }
                errors.add(new BsonDocument("index", Docs.num(i))
                        .append("code", Docs.num(e.code()))
                        .append("errmsg", Docs.str(e.getMessage())));
                if (ordered || request.transaction() != null) {
                    break;
                }
            }
        }
        if (!errors.isEmpty()) {
            reply.append("writeErrors", errors);
        }
    }

    private static void add(BsonDocument reply, String field, int more) {
        reply.append(field, Docs.num(reply.getInt32(field).getValue() + more));
    }
}
