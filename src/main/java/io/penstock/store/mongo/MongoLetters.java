/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.MongoException;
import com.mongodb.ReadPreference;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.penstock.record.DeadLetter;
import io.penstock.record.LetterEvent;
import io.penstock.store.LetterEntry;
import io.penstock.store.LetterFilter;
import io.penstock.store.LetterState;
import io.penstock.store.LetterStore;
import io.penstock.store.MetadataOptions;
import io.penstock.store.Patience;
import io.penstock.store.letters.ChangeBytes;
import io.penstock.store.letters.LetterRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonValue;
import org.bson.conversions.Bson;

/**
 * Dead letters in {@code dead_letters}, with their changes in {@code dead_letter_pieces}. A letter and its pieces are written, and removed, by one
 * transaction: what can be seen is whole, and nothing is left over. Its key is the job and the letter's id, so that it is there once, whoever
 * writes it and however often; what an event changes is decided inside the transaction by what is there.
 */
public final class MongoLetters implements LetterStore {
    private static final String WRITE = "write dead letters";
    private static final String READ = "read dead letters";

    /** Of one transaction, which takes at least one letter: the server ends those that last long. */
    private static final long TRANSACTION_BYTES = 8L * 1024 * 1024;

    private static final int TRANSACTION_EVENTS = 100;

    private final MongoClient client;
    private final MongoCollection<BsonDocument> letters;
    private final LetterPieces pieces;
    private final Transactions transactions;
    private final Schema schema;
    private final String job;

    private MongoLetters(MongoClient client, MetadataOptions options) {
        MongoDatabase database = client.getDatabase(options.spec().database());
        this.client = client;
        this.letters = database.getCollection(Schema.DEAD_LETTERS, BsonDocument.class)
                .withReadPreference(ReadPreference.primary());
        this.pieces = new LetterPieces(database.withReadPreference(ReadPreference.primary()), options.job());
        this.transactions = new Transactions(client);
        this.schema = new Schema(database);
        this.job = options.job();
    }

    /**
     * Connects lazily.
     *
     * @throws io.penstock.spec.SecretNotSetException when the address is not known in this process
     */
    public static MongoLetters open(MetadataOptions options) {
        return new MongoLetters(MongoMetadataStore.connect(options), options);
    }

    /** While the store is away it is waited for. */
    @Override
    public void settle(List<LetterEvent> events) throws IOException {
        List<LetterEvent> batch = new ArrayList<>();
        long bytes = 0;
        for (LetterEvent event : events) {
            bytes += size(event);
            if (!batch.isEmpty() && (bytes > TRANSACTION_BYTES || batch.size() == TRANSACTION_EVENTS)) {
                settleTogether(batch);
                batch.clear();
                bytes = size(event);
            }
            batch.add(event);
        }
        settleTogether(batch);
    }

    private static long size(LetterEvent event) {
        byte[] document = event instanceof LetterEvent.Refused refused
                ? refused.letter().change().document()
                : null;
        return document == null ? 0 : document.length;
    }

    private void settleTogether(List<LetterEvent> events) throws IOException {
        if (!events.isEmpty()) {
            Patience.call(() -> {
                schema.prepare();
                return transact(session -> settle(session, events));
            });
        }
    }

    /** Some servers tell of another who inserted the same meanwhile as of one who was there before: then it is there now. */
    private boolean transact(Transactions.Writing writing) throws IOException {
        try {
            return transactions.run(WRITE, writing);
        } catch (IOException e) {
            if (e.getCause() instanceof MongoException cause && StoreErrors.isDuplicate(cause)) {
                return transactions.run(WRITE, writing);
            }
            throw e;
        }
    }

    private boolean settle(ClientSession session, List<LetterEvent> events) throws IOException {
        List<BsonDocument> keys = events.stream()
                .map(event -> LetterDocument.key(job, event.id()))
                .toList();
        Map<String, LetterEntry> now = new HashMap<>();
        letters.find(session, Filters.in("_id", keys))
                .map(LetterDocument::read)
                .forEach(entry -> now.put(entry.id(), entry));
        boolean changed = false;
        for (LetterEvent event : events) {
            LetterEntry before = now.get(event.id());
            LetterEntry after = LetterRules.after(before, event, "");
            if (!Objects.equals(after, before)) {
                write(session, event, before == null, after);
                now.put(event.id(), after);
                changed = true;
            }
        }
        return changed;
    }

    private void write(ClientSession session, LetterEvent event, boolean isNew, LetterEntry after) throws IOException {
        List<Bson> updates = new ArrayList<>();
        for (Map.Entry<String, BsonValue> field :
                LetterDocument.fields(job, after).entrySet()) {
            updates.add(Updates.set(field.getKey(), field.getValue()));
        }
        updates.add(Updates.currentDate(LetterDocument.CHANGED));
        if (event instanceof LetterEvent.Refused refused) {
            updates.add(Updates.currentDate(LetterDocument.REFUSED));
            if (isNew) {
                byte[] change = ChangeBytes.of(refused.letter().change());
                pieces.insert(session, after.id(), change);
                updates.add(Updates.set(LetterDocument.PIECES, new BsonInt32(LetterPieces.count(change.length))));
                updates.add(Updates.set(LetterDocument.CHANGE_BYTES, new BsonInt64(change.length)));
            }
        }
        letters.updateOne(session, is(after.id()), Updates.combine(updates), new UpdateOptions().upsert(isNew));
    }

    /** While the store is away it is waited for. */
    @Override
    public long open(String sink) throws IOException {
        return Patience.call(() -> call(
                READ,
                () -> letters.countDocuments(Filters.and(
                        Filters.eq(LetterDocument.JOB, job),
                        Filters.eq(LetterDocument.SINK, sink),
                        Filters.in(LetterDocument.STATE, LetterState.OPEN.name(), LetterState.REQUESTED.name())))));
    }

    @Override
    public long stored(Collection<String> ids) throws IOException {
        List<BsonDocument> keys =
                ids.stream().map(id -> LetterDocument.key(job, id)).toList();
        return Patience.call(() -> call(READ, () -> letters.countDocuments(Filters.in("_id", keys))));
    }

    @Override
    public void list(LetterFilter filter, Consumer<LetterEntry> reader) throws IOException {
        List<Bson> filters = new ArrayList<>(List.of(
                Filters.eq(LetterDocument.JOB, job),
                Filters.in(
                        LetterDocument.STATE,
                        filter.states().stream().map(LetterState::name).toList())));
        if (filter.sink() != null) {
            filters.add(Filters.eq(LetterDocument.SINK, filter.sink()));
        }
        if (filter.namespace() != null) {
            filters.add(Filters.eq(LetterDocument.NAMESPACE, filter.namespace()));
        }
        if (!filter.prefix().isEmpty()) {
            filters.add(Filters.gte(LetterDocument.ID, filter.prefix()));
            filters.add(Filters.lt(LetterDocument.ID, filter.prefix() + '~'));
        }
        call(READ, () -> {
            letters.find(Filters.and(filters))
                    .sort(Sorts.ascending(LetterDocument.VERSION, LetterDocument.ID))
                    .map(LetterDocument::read)
                    .forEach(reader);
            return null;
        });
    }

    @Override
    public List<DeadLetter> requested(Map<String, Integer> underWay, long mostBytes) throws IOException {
        List<LetterEntry> requested = list(LetterFilter.ALL.in(Set.of(LetterState.REQUESTED)));
        List<DeadLetter> found = new ArrayList<>();
        for (LetterEntry entry : LetterRules.next(requested, underWay, mostBytes)) {
            read(entry.id()).ifPresent(found::add);
        }
        return found;
    }

    @Override
    public Optional<DeadLetter> read(String id) throws IOException {
        BsonDocument document = call(READ, () -> letters.find(is(id)).first());
        if (document == null) {
            return Optional.empty();
        }
        byte[] change = call(READ, () -> pieces.read(id, LetterDocument.number(document, LetterDocument.PIECES)));
        // One that was purged meanwhile has no pieces any more.
        return change.length != LetterDocument.number(document, LetterDocument.CHANGE_BYTES)
                ? Optional.empty()
                : Optional.of(LetterDocument.read(document).letter(ChangeBytes.read(change)));
    }

    @Override
    public void request(String id) throws IOException {
        Bson open = Filters.and(is(id), Filters.eq(LetterDocument.STATE, LetterState.OPEN.name()));
        call(
                WRITE,
                () -> letters.updateOne(
                        open,
                        Updates.combine(
                                Updates.set(LetterDocument.STATE, LetterState.REQUESTED.name()),
                                Updates.currentDate(LetterDocument.CHANGED))));
    }

    @Override
    public void purge(String id) throws IOException {
        transactions.run(WRITE, session -> {
            BsonDocument removed = letters.findOneAndDelete(session, is(id));
            if (removed != null) {
                pieces.delete(session, id, LetterDocument.number(removed, LetterDocument.PIECES));
            }
            return removed != null;
        });
    }

    private Bson is(String id) {
        return Filters.eq("_id", LetterDocument.key(job, id));
    }

    private static <T> T call(String doing, Supplier<T> what) throws IOException {
        try {
            return what.get();
        } catch (MongoException e) {
            throw StoreErrors.of(e, doing);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
