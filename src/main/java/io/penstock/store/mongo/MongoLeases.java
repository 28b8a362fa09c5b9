/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.Updates;
import io.penstock.store.Attempt;
import io.penstock.store.DoubleSealException;
import io.penstock.store.JobRecord;
import io.penstock.store.LeaseLostException;
import io.penstock.store.Leases;
import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataOptions;
import io.penstock.store.SourceProgress;
import io.penstock.store.SupersededException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.conversions.Bson;

/**
 * The lease in a job's document. Each write touches that document under the condition that the lease is still the writer's, in one transaction with all
 * else that it writes: of a writer and one who takes over at the same moment, one comes first, and the writer is refused when it is not.
 */
final class MongoLeases implements Leases {
    private final Transactions transactions;
    private final MongoDatabase database;
    private final MongoCollection<BsonDocument> jobs;
    private final MetadataOptions options;
    private final EntryWriter writer;

    MongoLeases(MongoClient client, MongoDatabase database, MetadataOptions options) {
        this.transactions = new Transactions(client);
        this.database = database;
        this.jobs = database.getCollection(Schema.JOBS, BsonDocument.class);
        this.options = options;
        this.writer = new EntryWriter(database, options);
    }

    @Override
    public Optional<Held> read() throws IOException {
        Optional<BsonDocument> job = Decisive.find(jobs, options.job(), "read the job's lease");
        if (job.isEmpty()) {
            return Optional.empty();
        }
        BsonDocument lease = job.get().getDocument(LeaseFields.LEASE);
        long until = lease.getDateTime("renewed").getValue()
                + lease.getNumber("seconds").longValue() * 1000;
        return Optional.of(new Held(attempt(job.get()), now() < until));
    }

    /** By the server's clock, which also wrote when the lease was renewed. */
    private long now() throws IOException {
        try {
            return database.runCommand(new BsonDocument("hello", new BsonInt32(1)), BsonDocument.class)
                    .getDateTime("localTime")
                    .getValue();
        } catch (MongoException e) {
            throw StoreErrors.of(e, "ask for the time");
        }
    }

    @Override
    public void requireHeld(long token) throws IOException {
        BsonDocument job = Decisive.find(jobs, options.job(), "read the job's lease")
                .orElseThrow(() -> new IOException("there is no record of " + options.job()
                        + " in the metadata store any more, which would say that it may still commit"));
        if (attempt(job).token() != token) {
            throw lost(token, job);
        }
    }

    @Override
    public Attempt begin(long token) throws IOException {
        BsonDocument job;
        try {
            job = jobs.findOneAndUpdate(
                    held(token),
                    Updates.combine(Updates.inc(LeaseFields.ATTEMPT, 1L), Updates.currentDate(LeaseFields.RENEWED)),
                    new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER));
        } catch (MongoException e) {
            throw StoreErrors.of(e, "begin an attempt");
        }
        if (job == null) {
            requireHeld(token);
            throw new IOException("the lease of " + options.job() + " changed while an attempt began");
        }
        return attempt(job);
    }

    @Override
    public void renew(Attempt attempt) throws IOException {
        try {
            if (jobs.updateOne(held(attempt), Updates.currentDate(LeaseFields.RENEWED))
                            .getMatchedCount()
                    == 0) {
                throw refusal(attempt);
            }
        } catch (MongoException e) {
            throw StoreErrors.of(e, "renew the job's lease");
        }
    }

    @Override
    public void commit(Attempt attempt, long checkpoint, List<MetadataEntry> entries) throws IOException {
        boolean held;
        try {
            held = transactions.run("write what checkpoint " + checkpoint + " covers", session -> {
                writer.write(session, attempt, checkpoint, entries);
                return touch(
                        session,
                        held(attempt),
                        LeaseFields.WRITTEN_TOKEN,
                        LeaseFields.WRITTEN_CHECKPOINT,
                        attempt.token(),
                        checkpoint);
            });
        } catch (DoubleSealException e) {
            // What is there may be the next life's: then the window was sealed once, by the one who may.
            IOException refusal = refusal(attempt);
            throw refusal instanceof SupersededException ? refusal : e;
        }
        if (!held) {
            throw refusal(attempt);
        }
    }

    @Override
    public void report(long token, long checkpoint, SourceProgress progress) throws IOException {
        boolean held = transactions.run("write the source's progress", session -> {
            writer.write(session, ProgressDocuments.of(options, token, checkpoint, progress));
            return touch(
                    session,
                    held(token),
                    LeaseFields.REPORTED_TOKEN,
                    LeaseFields.REPORTED_CHECKPOINT,
                    token,
                    checkpoint);
        });
        if (!held) {
            requireHeld(token);
        }
    }

    @Override
    public long repeated() {
        return transactions.repeated();
    }

    /**
     * Makes the transaction one with the question whether the lease is held. Last, so that a process that is frozen in a transaction hardly ever
     * keeps others from the job's document: the server ends it after a minute.
     */
    private boolean touch(
            ClientSession session, Bson held, String tokenField, String checkpointField, long token, long checkpoint) {
        Bson notBefore = Filters.or(Filters.ne(tokenField, token), Filters.lte(checkpointField, checkpoint));
        Bson written = Updates.combine(
                Updates.set(tokenField, token),
                Updates.set(checkpointField, checkpoint),
                Updates.currentDate(LeaseFields.RENEWED));
        return jobs.updateOne(session, Filters.and(held, notBefore), written).getMatchedCount() == 1;
    }

    private Bson held(long token) {
        return Filters.and(Filters.eq(options.job()), Filters.eq(LeaseFields.TOKEN, token));
    }

    private Bson held(Attempt attempt) {
        return Filters.and(held(attempt.token()), Filters.eq(LeaseFields.ATTEMPT, attempt.number()));
    }

    /** Why a write of this attempt found nothing to write to. */
    private IOException refusal(Attempt attempt) throws IOException {
        requireHeld(attempt.token());
        Attempt now = Decisive.find(jobs, options.job(), "read the job's lease")
                .map(MongoLeases::attempt)
                .orElse(attempt);
        return now.equals(attempt)
                ? new IOException(
                        "a checkpoint was to be written after a later one of the same run: nothing was written")
                : new SupersededException(attempt, now);
    }

    private LeaseLostException lost(long token, BsonDocument job) throws IOException {
        JobRecord now =
                RecordDocument.read(job, options.job(), options.stateDir()).value();
        return LeaseLostException.of(token, now);
    }

    private static Attempt attempt(BsonDocument job) {
        BsonDocument lease = job.getDocument(LeaseFields.LEASE);
        return new Attempt(
                lease.getNumber("token").longValue(), lease.getNumber("attempt").longValue());
    }
}
