/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Pipeline;
import io.penstock.devserver.query.Sizes;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;

/** A change stream's place in the log, and the events that did not fit into the last reply. */
final class ChangeStreamCursor extends Cursor {
    private static final int CHUNK = 1000;

    private final Store store;
    private final StreamScope scope;
    private final StreamOptions options;
    private final EventRenderer renderer;
    private final Pipeline pipeline;
    private final boolean splits;
    private final int batchSize;
    private final ArrayDeque<BsonDocument> ready = new ArrayDeque<>();
    /** The cluster time that it begins at: when that is to come, what happens before it is passed over. */
    private final long begin;

    private long position;
    private BsonDocument token;
    private boolean ended;

    ChangeStreamCursor(
            long id, BsonDocument lsid, Store store, StreamScope scope, StreamRequest request, StreamStart start) {
        super(id, scope.cursorNamespace(), lsid);
        this.store = store;
        this.scope = scope;
        this.options = request.options();
        this.renderer = new EventRenderer(store, request.options());
        this.pipeline = Pipeline.of(request.stages());
        this.splits = request.splits();
        this.batchSize = request.batchSize();
        this.position = start.position();
        this.token = start.token();
        this.begin = ResumeToken.parse(start.token()).time();
        start.invalidatedBy().ifPresent(this::end);
        start.fragment().ifPresent(this::skipFragments);
    }

    int batchSize() {
        return batchSize;
    }

    /** Drops the fragments of the next event that the client has already had. */
    private void skipFragments(int last) {
        scan();
        for (int i = 0; i <= last && !ready.isEmpty(); i++) {
            ready.poll();
        }
    }

    private void end(ChangeEntry entry) {
        ready.addAll(through(renderer.invalidate(entry)));
        ended = true;
    }

    /** The next events, as many as there are already and as fit. */
    synchronized Batch take(long limit) {
        Batch batch = new Batch(limit);
        // Whatever is committed up to this time is in the log now, so an empty scan proves that it has been passed.
        long seen = store.now();
        while (!batch.isFull()) {
            if (ready.isEmpty() && (ended || !scan())) {
                advance(ResumeToken.between(seen));
                return batch;
            }
            while (!ready.isEmpty() && batch.add(ready.peek())) {
                advance(ready.poll().getDocument("_id"));
            }
            if (!ready.isEmpty()) {
                return batch;
            }
        }
        return batch;
    }

    private void advance(BsonDocument to) {
        if (to.getString("_data").compareTo(token.getString("_data")) > 0) {
            token = to;
        }
    }

    /** Reads on until something is ready; false at the log's end. */
    private boolean scan() {
        while (ready.isEmpty() && !ended) {
            List<ChangeEntry> entries = store.log().read(position, CHUNK);
            if (entries.isEmpty()) {
                return false;
            }
            for (ChangeEntry entry : entries) {
                position++;
                if (shows(entry)) {
                    add(entry);
                }
                if (ended) {
                    break;
                }
            }
        }
        return true;
    }

    private boolean shows(ChangeEntry entry) {
        return Long.compareUnsigned(entry.time(), begin) >= 0
                && scope.sees(entry)
                && (options.expanded() || !entry.kind().isExpanded());
    }

    private void add(ChangeEntry entry) {
        for (BsonDocument event : through(renderer.event(entry))) {
            if (splits) {
                ready.addAll(EventSplitter.split(event));
            } else {
                requireFits(entry, event);
                ready.add(event);
            }
        }
        if (scope.isEndedBy(entry)) {
            end(entry);
        }
    }

    private static void requireFits(ChangeEntry entry, BsonDocument event) {
        if (entry.weight() > Batch.MAX_BYTES / 2 && Sizes.of(event) > Batch.MAX_BYTES) {
            throw new ServerError(
                    10334,
                    "BSONObjectTooLarge",
                    "BSONObj size: " + Sizes.of(event) + " is invalid. Size must be between 0 and 16793600(16MB) "
                            + "First element: _id: " + event.get("_id"));
        }
    }

    private List<BsonDocument> through(BsonDocument event) {
        List<BsonDocument> shown = pipeline.run(Stream.of(event)).toList();
        for (BsonDocument one : shown) {
            if (!event.get("_id").equals(one.get("_id"))) {
                throw new ServerError(
                                280,
                                "ChangeStreamFatalError",
                                "Encountered an event whose _id field, which contains the resume token, was modified by the "
                                        + "pipeline. Modifying the _id field of an event makes it impossible to resume the stream "
                                        + "from that point. Only transformations that retain the unmodified _id field are allowed.")
                        .labelled("NonResumableChangeStreamError");
            }
        }
        return shown;
    }

    synchronized boolean isOver() {
        return ended && ready.isEmpty();
    }

    /** The reply with a batch, and with the token of the place behind it. */
    synchronized BsonDocument reply(boolean first, Batch batch) {
        return reply(first, batch.documents(), isOver()).append("postBatchResumeToken", token);
    }
}
