/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;

/** Opens change streams and reads on in them; a read waits without a thread. */
final class ChangeStreamCommands {
    private static final int DEFAULT_BATCH = 101;
    private static final int DEFAULT_WAIT_MILLIS = 1000;

    private final Store store;
    private final Cursors cursors;
    private final ScheduledExecutorService timer;

    ChangeStreamCommands(Store store, Cursors cursors, ScheduledExecutorService timer) {
        this.store = store;
        this.cursors = cursors;
        this.timer = timer;
    }

    BsonDocument open(Request request) {
        StreamRequest stream = StreamRequest.of(request, store.version());
        StreamScope scope = stream.scope();
        StoredCollection watched = scope.coll() == null ? null : store.catalog().find(scope.db(), scope.coll());
        if (watched != null && (watched.isView() || watched.isTimeSeries())) {
            throw new ServerError(
                    166,
                    "CommandNotSupportedOnView",
                    "$changeStream is not supported on views: " + watched.namespace());
        }
        StreamStart start = StreamStart.of(stream.start(), scope, store);
        ChangeStreamCursor cursor =
                new ChangeStreamCursor(cursors.nextId(), Docs.doc(request.body(), "lsid"), store, scope, stream, start);
        boolean batchOfNone = stream.batchSize() == 0
                && Docs.docOrEmpty(request.body(), "cursor").containsKey("batchSize");
        long limit = batchOfNone ? 0 : stream.batchSize() == 0 ? DEFAULT_BATCH : stream.batchSize();
        BsonDocument reply = cursor.reply(true, cursor.take(limit));
        return cursors.keep(cursor, reply);
    }

    /** The next events: at once when there are some, else when some come or the time that the client waits is over. */
    CompletableFuture<BsonDocument> getMore(Request request, ChangeStreamCursor cursor) {
        long asked = Docs.number(request.body(), "batchSize", cursor.batchSize());
        long limit = asked <= 0 ? Long.MAX_VALUE : asked;
        long wait = Docs.number(request.body(), "maxTimeMS", DEFAULT_WAIT_MILLIS);
        Batch batch = take(cursor, limit);
        if (!batch.isEmpty() || cursor.isOver() || wait == 0) {
            return CompletableFuture.completedFuture(reply(cursor, batch));
        }
        return new Wait(request, cursor, limit).begin(wait);
    }

    private Batch take(ChangeStreamCursor cursor, long limit) {
        try {
            return cursor.take(limit);
        } catch (RuntimeException e) {
            cursors.close(cursor);
            throw e;
        }
    }

    private BsonDocument reply(ChangeStreamCursor cursor, Batch batch) {
        if (cursor.isOver()) {
            cursors.close(cursor);
        }
        return Docs.ok(new BsonDocument("cursor", cursor.reply(false, batch)));
    }

    /** One read that waits for changes. */
    private final class Wait {
        private final CompletableFuture<BsonDocument> result = new CompletableFuture<>();
        private final Request request;
        private final ChangeStreamCursor cursor;
        private final long limit;
        private final Runnable waiter = this::changed;

        Wait(Request request, ChangeStreamCursor cursor, long limit) {
            this.request = request;
            this.cursor = cursor;
            this.limit = limit;
        }

        CompletableFuture<BsonDocument> begin(long millis) {
            store.log().addWaiter(waiter);
            ScheduledFuture<?> end = timer.schedule(
                    () -> request.connection().executor().execute(() -> look(true)), millis, TimeUnit.MILLISECONDS);
            result.whenComplete((reply, error) -> {
                store.log().removeWaiter(waiter);
                end.cancel(false);
            });
            changed();
            return result;
        }

        private void changed() {
            request.connection().executor().execute(() -> look(false));
        }

        private void look(boolean last) {
            if (result.isDone()) {
                return;
            }
            try {
                // A cursor that was killed meanwhile answers so.
                cursors.require(cursor.id());
                Batch batch = take(cursor, limit);
                if (last || !batch.isEmpty() || cursor.isOver()) {
                    result.complete(reply(cursor, batch));
                }
            } catch (RuntimeException | Error e) {
                // Whatever it is, it is the client's answer: the executor would only log it, and nobody would answer.
                result.completeExceptionally(e);
            }
        }
    }
}
