/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Pipeline;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;

/**
 * An aggregate command that opens a change stream.
 *
 * @param start the options of {@code $changeStream}
 * @param stages the client's own stages
 * @param splits whether large events are to be split
 * @param batchSize the most events in a reply; 0 when the client does not say
 */
record StreamRequest(
        StreamScope scope,
        StreamOptions options,
        BsonDocument start,
        List<BsonDocument> stages,
        boolean splits,
        int batchSize) {
    private static final String SPLIT = "$changeStreamSplitLargeEvent";
    private static final List<String> ALLOWED = List.of(
            "$addFields", "$match", "$project", "$replaceRoot", "$replaceWith", "$redact", "$set", "$unset", SPLIT);

    /** Stages that there are, but not behind {@code $changeStream}. */
    private static final List<String> REFUSED = List.of(
            "$bucket",
            "$bucketAuto",
            "$changeStream",
            "$collStats",
            "$count",
            "$facet",
            "$geoNear",
            "$graphLookup",
            "$group",
            "$indexStats",
            "$limit",
            "$lookup",
            "$merge",
            "$out",
            "$sample",
            "$skip",
            "$sort",
            "$sortByCount",
            "$unionWith",
            "$unwind");

    /** @throws ServerError when stages or options are not allowed */
    static StreamRequest of(Request request, ServerVersion version) {
        List<BsonDocument> stages =
                new ArrayList<>(Pipeline.stages(request.body().get("pipeline")));
        BsonDocument stream = stages.remove(0).getDocument("$changeStream");
        boolean cluster = Docs.truth(stream, "allChangesForCluster");
        boolean one = request.body().isString("aggregate");
        StreamScope scope = new StreamScope(cluster ? null : request.db(), one ? request.collection() : null);
        requireWatchable(scope);
        boolean splits = false;
        for (int i = 0; i < stages.size(); i++) {
            String name = stages.get(i).getFirstKey();
            if (name.equals(SPLIT)) {
                requireLast(version, i == stages.size() - 1);
                splits = true;
            } else if (!ALLOWED.contains(name)) {
                if (!REFUSED.contains(name)) {
                    throw ServerError.location(40324, "Unrecognized pipeline stage name: '" + name + "'");
                }
                throw new ServerError(20, "IllegalOperation", name + " is not permitted in a $changeStream pipeline");
            }
        }
        if (splits) {
            stages.remove(stages.size() - 1);
        }
        int batch = (int) Docs.number(Docs.docOrEmpty(request.body(), "cursor"), "batchSize", 0);
        return new StreamRequest(scope, StreamOptions.of(stream, version), stream, stages, splits, batch);
    }

    private static void requireLast(ServerVersion version, boolean last) {
        if (!version.atLeast(ServerVersion.V6_0)) {
            throw ServerError.location(40324, "Unrecognized pipeline stage name: '" + SPLIT + "'");
        }
        if (!last) {
            throw ServerError.location(7182802, SPLIT + " must be the last stage in the pipeline");
        }
    }

    private static void requireWatchable(StreamScope scope) {
        boolean own = scope.db() != null && List.of("admin", "local", "config").contains(scope.db());
        if (own || (scope.coll() != null && scope.coll().startsWith("system."))) {
            throw new ServerError(
                    73,
                    "InvalidNamespace",
                    "$changeStream may not be opened on the internal namespace " + scope.cursorNamespace());
        }
    }
}
