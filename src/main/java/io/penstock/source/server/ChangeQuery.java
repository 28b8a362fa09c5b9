/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.server;

import io.penstock.source.Scope;
import io.penstock.source.StreamPosition;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;

/**
 * A change stream to open.
 *
 * @param database the database to watch; null for the whole deployment
 * @param pipeline the stages behind {@code $changeStream}
 * @param position where to begin: behind its token, or without one at its cluster time
 * @param postImages whether to ask for the images that the server keeps ({@code whenAvailable})
 * @param expandedEvents whether to ask for expanded events: only they name the steps of paths that could be read in two ways
 * @param batchSize 0 for the server's own choice
 */
public record ChangeQuery(
        String database,
        List<? extends Bson> pipeline,
        StreamPosition position,
        boolean postImages,
        boolean expandedEvents,
        int batchSize) {
    /** A scope's stream from a cluster time on, opened to see whether the server lets one, and has that time still. */
    public static ChangeQuery trial(Scope scope, long clusterTime) {
        return new ChangeQuery(
                scope.database(),
                List.of(new BsonDocument("$match", scope.match())),
                StreamPosition.at(clusterTime),
                false,
                false,
                1);
    }
}
