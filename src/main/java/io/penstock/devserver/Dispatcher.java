/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.PatternSyntaxException;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes each command through what all have in common: fail points, transactions, waiting, errors, the times in the reply. */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Store store;
    private final Access access;
    private final Commands commands;
    private final Cursors cursors;
    private final ChangeStreamCommands streams;
    private final ReadCommands reads;
    private final Transactions transactions;
    private final FailPoints failPoints;
    private final ScheduledExecutorService timer;

    Dispatcher(
            Store store,
            Access access,
            Commands commands,
            Cursors cursors,
            ChangeStreamCommands streams,
            Transactions transactions,
            FailPoints failPoints,
            ScheduledExecutorService timer) {
        this.store = store;
        this.access = access;
        this.commands = commands;
        this.cursors = cursors;
        this.streams = streams;
        this.reads = new ReadCommands(store, cursors);
        this.transactions = transactions;
        this.failPoints = failPoints;
        this.timer = timer;
    }

    /**
     * Answers a command, now or later.
     *
     * @return completes with the reply; exceptionally, with {@link ClosedByFailPoint}, when the connection is to be closed
     */
    CompletableFuture<BsonDocument> handle(BsonDocument body, Connection connection) {
        Request request = Request.of(body, connection);
        Optional<FailPoints.Action> failing = failPoints.hit(request, isOnChangeStream(request));
        CompletableFuture<BsonDocument> reply =
                failing.map(action -> fail(request, action)).orElseGet(() -> answer(request));
        return reply.exceptionally(Dispatcher::errorReply).thenApply(this::stamped);
    }

    private boolean isOnChangeStream(Request request) {
        if (request.name().equals("aggregate")) {
            BsonValue first = request.array("pipeline").stream().findFirst().orElse(null);
            return first != null && first.isDocument() && first.asDocument().containsKey("$changeStream");
        }
        return request.name().equals("getMore")
                && cursors.find(Docs.number(request.body(), "getMore", 0)) instanceof ChangeStreamCursor;
    }

    private CompletableFuture<BsonDocument> fail(Request request, FailPoints.Action action) {
        CompletableFuture<Void> blocked = new CompletableFuture<>();
        if (action.blockMillis() == 0) {
            blocked.complete(null);
        } else {
            timer.schedule(() -> blocked.complete(null), action.blockMillis(), TimeUnit.MILLISECONDS);
        }
        return blocked.thenComposeAsync(
                nothing -> {
                    if (action.closes()) {
                        return CompletableFuture.failedFuture(new ClosedByFailPoint());
                    }
                    if (action.error() != null) {
                        return CompletableFuture.failedFuture(action.error());
                    }
                    CompletableFuture<BsonDocument> reply = answer(request);
                    return action.writeConcernError() == null
                            ? reply
                            : reply.thenApply(done -> done.append("writeConcernError", action.writeConcernError()));
                },
                request.connection().executor());
    }

    private CompletableFuture<BsonDocument> answer(Request request) {
        try {
            access.require(request);
            if (request.name().equals("getMore")) {
                return getMore(request);
            }
            BsonDocument reply = inTransaction(request);
            return commands.isWrite(request)
                    ? store.journal().synced().thenApply(synced -> reply)
                    : CompletableFuture.completedFuture(reply);
        } catch (BlockedException e) {
            return e.by().ended()
                    .thenComposeAsync(
                            ended -> answer(request), request.connection().executor());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Runs the command as part of its transaction, if it has one; any error ends that. */
    private BsonDocument inTransaction(Request request) {
        Request attached = transactions.attach(request);
        if (attached.transaction() == null) {
            return commands.run(attached);
        }
        try {
            BsonDocument reply = commands.run(attached);
            if (reply.containsKey("writeErrors")) {
                transactions.abort(attached.transaction());
            }
            return reply;
        } catch (RuntimeException e) {
            transactions.abort(attached.transaction());
            throw e;
        }
    }

    private CompletableFuture<BsonDocument> getMore(Request request) {
        Request attached = transactions.attach(request);
        Cursor cursor = cursors.require(Docs.number(request.body(), "getMore", 0));
        cursor.requireSession(Docs.doc(request.body(), "lsid"));
        if (cursor instanceof ChangeStreamCursor stream) {
            return streams.getMore(attached, stream);
        }
        return CompletableFuture.completedFuture(reads.getMore(attached, (QueryCursor) cursor));
    }

    private static BsonDocument errorReply(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof ServerError known) {
            return known.reply();
        }
        if (cause instanceof ClosedByFailPoint closing) {
            throw closing;
        }
        if (cause instanceof BsonInvalidOperationException || cause instanceof PatternSyntaxException) {
            return ServerError.badValue(cause.getMessage()).reply();
        }
        LOG.error("A command failed for a reason that is the server's own", cause);
        return new ServerError(1, "InternalError", cause.toString()).reply();
    }

    /** Every reply carries the time that it is of. */
    private BsonDocument stamped(BsonDocument reply) {
        long now = store.now();
        BsonDocument signature =
                new BsonDocument("hash", new BsonBinary(new byte[20])).append("keyId", new BsonInt64(0));
        return reply.append("operationTime", Docs.time(now))
                .append("$clusterTime", new BsonDocument("clusterTime", Docs.time(now)).append("signature", signature));
    }
}
