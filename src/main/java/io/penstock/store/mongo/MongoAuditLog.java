/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import io.penstock.record.Backoff;
import io.penstock.store.AuditChain;
import io.penstock.store.AuditEntry;
import io.penstock.store.AuditEvent;
import io.penstock.store.AuditLog;
import io.penstock.store.Author;
import io.penstock.store.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.bson.BsonDocument;

/**
 * A job's audit log in the collection {@code audit}.
 *
 * <p><b>Why no entry is lost and the chain does not fork.</b> An entry has the number after the last one's in its key, so that one
 * writer has each number; whoever is refused reads the last entry anew. The last entry is read as a majority of the members has
 * it, so that an entry never follows one that an election takes back. Whoever does not know whether its entry was written looks who has
 * its number: the {@code id} tells.
 */
final class MongoAuditLog implements AuditLog {
    static final String COLLECTION = "audit";
    private static final Duration GIVE_UP = Duration.ofSeconds(30);
    private static final Backoff MOMENT = new Backoff(Duration.ofMillis(20), Duration.ofMillis(20));

    private final MongoCollection<BsonDocument> entries;
    private final String job;

    MongoAuditLog(MongoDatabase database, String job) {
        this.entries = database.getCollection(COLLECTION, BsonDocument.class)
                .withReadPreference(ReadPreference.primary())
                .withReadConcern(ReadConcern.MAJORITY)
                .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
        this.job = job;
    }

    @Override
    public AuditEntry append(AuditEvent event, Author author) throws IOException {
        long begun = System.nanoTime();
        while (true) {
            AuditEntry next = AuditEntry.after(last(), job, author, event);
            if (written(next, begun)) {
                return next;
            }
            if (System.nanoTime() - begun > GIVE_UP.toNanos()) {
                throw new IOException("others wrote to it all the time, for " + GIVE_UP.toSeconds() + " s");
            }
            pause();
        }
    }

    /** False when another entry has the number. */
    private boolean written(AuditEntry entry, long begun) throws IOException {
        while (true) {
            try {
                entries.insertOne(AuditDocument.write(entry));
                return true;
            } catch (MongoException e) {
                if (ErrorCategory.fromErrorCode(e.getCode()) == ErrorCategory.DUPLICATE_KEY) {
                    return isAt(entry);
                }
                if (System.nanoTime() - begun > GIVE_UP.toNanos()) {
                    throw failed(e);
                }
                pause();
            }
        }
    }

    /** Whether it is this entry that has its number: an attempt before may have written it. */
    private boolean isAt(AuditEntry entry) throws IOException {
        // Not as the majority has it: who has the number is decided where numbers are given out.
        BsonDocument there = call(() -> entries.withReadConcern(ReadConcern.LOCAL)
                .find(Filters.eq(AuditDocument.id(job, entry.seq())))
                .first());
        return there != null && AuditDocument.read(there).equals(entry);
    }

    private Optional<AuditEntry> last() throws IOException {
        return call(() -> Optional.ofNullable(
                        ofJob().sort(Sorts.descending(AuditDocument.SEQ)).first()))
                .map(AuditDocument::read);
    }

    @Override
    public OptionalLong lastRecord() throws IOException {
        String field = AuditDocument.DETAILS + "." + AuditChain.RECORD;
        BsonDocument found =
                call(() -> entries.find(Filters.and(Filters.eq(AuditDocument.JOB, job), Filters.exists(field)))
                        .sort(Sorts.descending(AuditDocument.SEQ))
                        .first());
        return found == null
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(
                        AuditDocument.read(found).event().details().get(AuditChain.RECORD)));
    }

    @Override
    public void read(Consumer<AuditEntry> reader) throws IOException {
        call(() -> {
            ofJob().sort(Sorts.ascending(AuditDocument.SEQ))
                    .map(AuditDocument::read)
                    .forEach(reader);
            return null;
        });
    }

    private FindIterable<BsonDocument> ofJob() {
        return entries.find(Filters.eq(AuditDocument.JOB, job));
    }

    private interface Call<T> {
        T now();
    }

    private static <T> T call(Call<T> what) throws IOException {
        try {
            return what.now();
        } catch (MongoException e) {
            throw failed(e);
        }
    }

    private static IOException failed(MongoException e) {
        return new IOException("the metadata store refused, or did not answer: " + e.getMessage(), e);
    }

    /** A moment, of another length for each, so that those who were refused do not come back together. */
    private static void pause() throws IOException {
        Patience.pause(MOMENT.after(1, Math.random()));
    }
}
