/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import io.penstock.store.MetadataOptions;
import io.penstock.store.SourceProgress;
import io.penstock.store.SplitProgress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** A source's progress as documents of {@code progress}: one a split, and one of the snapshots as a whole. */
final class ProgressDocuments {
    static final String SNAPSHOT = "snapshot";
    static final String STREAM = "stream";
    private static final int FORMAT = 1;

    private ProgressDocuments() {}

    static List<BsonDocument> of(MetadataOptions options, long token, long checkpoint, SourceProgress progress) {
        Instant now = Instant.now();
        List<BsonDocument> all = new ArrayList<>();
        for (SplitProgress split : progress.splits()) {
            all.add(document(options, split.split(), token, checkpoint, now, fields(split, now)));
        }
        BsonDocument whole = new BsonDocument("documents", new BsonInt64(progress.documents()))
                .append("estimated", new BsonInt64(progress.estimated()))
                .append(
                        "estimatedCompletion",
                        progress.secondsLeft().isEmpty()
                                ? BsonNull.VALUE
                                : date(now.plusSeconds(progress.secondsLeft().getAsLong())));
        all.add(document(options, SNAPSHOT, token, checkpoint, now, whole));
        return all;
    }

    private static BsonDocument document(
            MetadataOptions options, String split, long token, long checkpoint, Instant now, BsonDocument fields) {
        BsonString job = new BsonString(options.job());
        BsonDocument document = new BsonDocument(
                        "_id", new BsonDocument("job", job).append("split", new BsonString(split)))
                .append("format", new BsonInt32(FORMAT))
                .append("job", job)
                .append("split", new BsonString(split))
                .append("token", new BsonInt64(token))
                .append("checkpoint", new BsonInt64(checkpoint))
                .append("at", date(now));
        document.putAll(fields);
        // Where the stream was is asked for when the checkpoints are lost, however long the job was down.
        if (!split.equals(STREAM)) {
            Expiry.in(options.spec().retention().progress(), document);
        }
        return document;
    }

    private static BsonDocument fields(SplitProgress split, Instant now) {
        BsonDocument fields = new BsonDocument();
        if (split.namespace() == null) {
            long lag = Math.max(0, now.toEpochMilli() - (split.clusterTime() >>> Integer.SIZE) * 1000);
            fields.append("resumeToken", split.token() == null ? BsonNull.VALUE : new RawBsonDocument(split.token()))
                    .append("lagMillis", new BsonInt64(lag));
        } else {
            fields.append("namespace", new BsonString(split.namespace()))
                    .append("epoch", new BsonInt32(split.epoch()))
                    .append("documents", new BsonInt64(split.documents()))
                    .append("bytes", new BsonInt64(split.bytes()))
                    .append("estimated", new BsonInt64(split.estimated()));
        }
        return fields.append("clusterTime", new BsonTimestamp(split.clusterTime()))
                .append("retries", new BsonInt64(split.retries()))
                .append("lastFault", text(split.lastFault()))
                .append("finished", BsonBoolean.valueOf(split.isFinished()));
    }

    private static BsonValue text(String value) {
        return value == null ? BsonNull.VALUE : new BsonString(value);
    }

    private static BsonDateTime date(Instant instant) {
        return new BsonDateTime(instant.toEpochMilli());
    }
}
