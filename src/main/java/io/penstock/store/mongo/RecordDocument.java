/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Desired;
import io.penstock.store.JobRecords;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** A job's record as fields of its document in {@code jobs}; the token is that of its lease. */
final class RecordDocument {
    static final int FORMAT = 1;
    static final String VERSION = "version";
    static final String WRITE = "write";
    static final String STATE_DIR = "stateDir";

    private RecordDocument() {}

    /** All its fields but the name and the token; those that it does not have are null. */
    static BsonDocument fields(JobRecord record) {
        return new BsonDocument("desired", new BsonString(record.desired().name()))
                .append("flinkJob", new BsonString(record.flinkJob()))
                .append("startedFrom", text(record.startedFrom()))
                .append("savepoint", text(record.savepoint()))
                .append("cluster", text(record.cluster()))
                .append(
                        "rollbacks",
                        new BsonArray(record.rollbacks().stream()
                                .map(BsonTimestamp::new)
                                .toList()))
                .append("by", new BsonString(record.by()))
                .append("at", new BsonString(record.at()))
                .append("jobFile", new BsonString(record.jobFile()));
    }

    static long version(BsonDocument document) {
        return document.getNumber(VERSION, new BsonInt64(JobRecords.NONE)).longValue();
    }

    /**
     * Reads it.
     *
     * @throws IOException when it makes no sense, or is of a job with its state elsewhere
     */
    static Versioned<JobRecord> read(BsonDocument document, String job, String stateDir) throws IOException {
        String what = "the record of " + job + " in the metadata store ";
        int format = document.getNumber("format", new BsonInt32(0)).intValue();
        if (format != FORMAT) {
            throw new IOException(what + "has format " + format
                    + (format > FORMAT ? ", of a later release of Penstock; use that" : ": it is none"));
        }
        Versioned<JobRecord> record;
        String known;
        try {
            record = new Versioned<>(version(document), record(document));
            known = document.getString(STATE_DIR).getValue();
        } catch (RuntimeException e) {
            throw new IOException(what + "makes no sense: " + e.getMessage(), e);
        }
        if (!known.equals(stateDir)) {
            throw new IOException("the metadata store knows the job " + job + " with its state in " + known
                    + ", and here pipeline.state-dir is " + stateDir
                    + ". Run it from where it was started; or, when this is another job, give it another name or"
                    + " metadata.database. When its state was moved: docs/metadata.md");
        }
        return record;
    }

    private static JobRecord record(BsonDocument document) {
        List<Long> rollbacks = document.getArray("rollbacks").stream()
                .map(time -> time.asTimestamp().getValue())
                .toList();
        return new JobRecord(
                document.getString("_id").getValue(),
                document.getDocument(LeaseFields.LEASE).getNumber("token").longValue(),
                document.getString("flinkJob").getValue(),
                text(document, "startedFrom"),
                Desired.valueOf(document.getString("desired").getValue()),
                text(document, "savepoint"),
                document.getString("jobFile").getValue(),
                rollbacks,
                text(document, "cluster"),
                document.getString("by").getValue(),
                document.getString("at").getValue());
    }

    private static BsonValue text(Optional<String> value) {
        return value.<BsonValue>map(BsonString::new).orElse(BsonNull.VALUE);
    }

    private static Optional<String> text(BsonDocument document, String field) {
        BsonValue value = document.get(field, BsonNull.VALUE);
        return value.isNull() ? Optional.empty() : Optional.of(value.asString().getValue());
    }
}
