/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.changestream;

import io.penstock.record.DocumentLookup;
import io.penstock.record.Namespace;
import io.penstock.source.Scope;
import io.penstock.source.StreamPosition;
import io.penstock.source.server.ChangeQuery;
import io.penstock.source.server.SourceServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.conversions.Bson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the stream is asked for: its filter, and what a server's version allows against events over 16 MB. */
public final class StreamOpener {
    private static final Logger LOG = LoggerFactory.getLogger(StreamOpener.class);

    private final SourceServer server;
    private final DocumentLookup lookup;
    private final Scope scope;
    private final boolean postImages;
    private final int batchSize;

    /**
     * @param lookup fetches the document of an event that is too large to be sent
     * @param postImages whether images that the server keeps are asked for
     */
    public StreamOpener(SourceServer server, DocumentLookup lookup, Scope scope, boolean postImages, int batchSize) {
        this.server = server;
        this.lookup = lookup;
        this.scope = scope;
        this.postImages = postImages;
        this.batchSize = batchSize;
    }

    /**
     * Opens the stream; without documents when the next event is known to be too large with them.
     *
     * @param database whose changes are asked for; null for the whole deployment
     */
    SourceServer.ChangeCursor open(StreamPosition position, String database, boolean withoutDocuments) {
        List<Bson> pipeline = new ArrayList<>();
        pipeline.add(new BsonDocument("$match", scope.match()));
        if (withoutDocuments) {
            pipeline.add(new BsonDocument(
                    "$project",
                    new BsonDocument("fullDocument", new BsonInt32(0)).append("updateDescription", new BsonInt32(0))));
        } else if (splitsLargeEvents(server.version())) {
            pipeline.add(new BsonDocument("$changeStreamSplitLargeEvent", new BsonDocument()));
        }
        boolean images = postImages && isAtLeast(server.version(), 6, 0, 0);
        // Only then are a name with a dot and a path told apart; what else such a stream shows is passed over. A token
        // of an
        // event that only it shows is one that it goes on from.
        boolean expanded = isAtLeast(server.version(), 6, 1, 0);
        return server.changes(
                new ChangeQuery(database, pipeline, position, images, expanded, withoutDocuments ? 1 : batchSize));
    }

    /**
     * The source now: what a pass begins with.
     *
     * @param clusterTime taken before the collections were listed: one that is created in between has all of its documents in the stream as
     *     well
     */
    record Present(long clusterTime, List<Namespace> collections) {}

    /**
     * Asks for it.
     *
     * @throws IllegalArgumentException when a collection given by name cannot be exported any more
     */
    Present present() {
        long clusterTime = server.operationTime();
        return new Present(clusterTime, scope.exportable(server.collections(scope.database())));
    }

    static boolean splitsLargeEvents(List<Integer> version) {
        return isAtLeast(version, 7, 0, 0) || (version.get(0) == 6 && isAtLeast(version, 6, 0, 9));
    }

    private static boolean isAtLeast(List<Integer> version, int major, int minor, int patch) {
        int[] least = {major, minor, patch};
        for (int i = 0; i < least.length; i++) {
            int part = i < version.size() ? version.get(i) : 0;
            if (part != least[i]) {
                return part > least[i];
            }
        }
        return true;
    }

    /**
     * An event that was read without its document, with the document of its own time. Null when it has to be left out: the
     * time is gone and the document with it. That is no delete; a later event tells what became of it.
     */
    RawChange complete(RawChange change) throws IOException {
        if (change.operation().equals("delete")) {
            return change;
        }
        DocumentLookup.Found found = lookup.find(change.namespace(), change.documentKey(), change.clusterTime());
        if (found.document() == null) {
            LOG.warn("{}: its document is gone, later events supersede it", change);
            return null;
        }
        return change.withDocument(found.document());
    }
}
