/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.result.UpdateResult;
import io.penstock.store.JobRecord;
import io.penstock.store.MetadataOptions;
import io.penstock.store.StoreRecords;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.conversions.Bson;

/**
 * A job's record as one document of {@code jobs}, changed by compare-and-set on its version.
 *
 * <p>Each write carries a text of chance. When it cannot be told whether a write was made, the document is read again, as the majority has it:
 * it was made when the text is there.
 */
final class MongoRecords implements StoreRecords {
    private static final String DOING = "write the job's record";

    private final MongoCollection<BsonDocument> jobs;
    private final MetadataOptions options;
    private final Schema schema;

    MongoRecords(MongoDatabase database, MetadataOptions options) {
        this.jobs = database.getCollection(Schema.JOBS, BsonDocument.class);
        this.options = options;
        this.schema = new Schema(database);
    }

    @Override
    public Optional<Versioned<JobRecord>> read() throws IOException {
        Optional<BsonDocument> document = Decisive.find(jobs, options.job(), "read the job's record");
        return document.isEmpty()
                ? Optional.empty()
                : Optional.of(RecordDocument.read(document.get(), options.job(), options.stateDir()));
    }

    @Override
    public boolean compareAndSet(long expected, JobRecord next) throws IOException {
        return write(expected, expected + 1, next);
    }

    @Override
    public boolean adopt(long version, JobRecord record) throws IOException {
        return write(NONE, version, record);
    }

    private boolean write(long expected, long version, JobRecord next) throws IOException {
        schema.prepare();
        String write = UUID.randomUUID().toString();
        Bson filter = Filters.and(Filters.eq(options.job()), Filters.eq(RecordDocument.VERSION, expected));
        try {
            // No document has version 0: so an upsert inserts, or finds the key taken.
            UpdateResult result =
                    jobs.updateOne(filter, update(version, next, write), new UpdateOptions().upsert(expected == NONE));
            return result.getUpsertedId() != null || result.getMatchedCount() == 1;
        } catch (MongoException e) {
            if (StoreErrors.isDuplicate(e)) {
                return false;
            }
            if (!StoreErrors.isPassing(e)) {
                throw StoreErrors.of(e, DOING);
            }
            return wasWritten(expected, write, e);
        }
    }

    private Bson update(long version, JobRecord next, String write) {
        List<Bson> all = new ArrayList<>();
        RecordDocument.fields(next).forEach((field, value) -> all.add(Updates.set(field, value)));
        all.add(Updates.set("format", RecordDocument.FORMAT));
        all.add(Updates.set(RecordDocument.VERSION, version));
        all.add(Updates.set(RecordDocument.WRITE, write));
        all.add(Updates.set(RecordDocument.STATE_DIR, options.stateDir()));
        all.add(Updates.set(LeaseFields.TOKEN, next.token()));
        all.add(Updates.set(LeaseFields.SECONDS, options.spec().lease().toSeconds()));
        all.add(Updates.setOnInsert(LeaseFields.ATTEMPT, 0L));
        all.add(Updates.currentDate(LeaseFields.RENEWED));
        return Updates.combine(all);
    }

    private boolean wasWritten(long expected, String write, MongoException why) throws IOException {
        BsonDocument now = Decisive.find(jobs, options.job(), DOING).orElseGet(BsonDocument::new);
        if (now.getString(RecordDocument.WRITE, new BsonString("")).getValue().equals(write)) {
            return true;
        }
        if (RecordDocument.version(now) == expected) {
            throw StoreErrors.of(why, DOING);
        }
        return false;
    }
}
