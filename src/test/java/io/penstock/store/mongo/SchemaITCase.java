/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import io.penstock.devserver.DevServer;
import io.penstock.record.ChangeRecord;
import io.penstock.record.DeadLetter;
import io.penstock.record.LetterEvent.Refused;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.store.Attempt;
import io.penstock.store.AuditEvent;
import io.penstock.store.Author;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Start;
import io.penstock.store.LetterStore;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataEntry.SinkReceipt;
import io.penstock.store.MetadataStore;
import io.penstock.store.SourceProgress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonRegularExpression;
import org.bson.BsonValue;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Validators refuse what is not as docs/metadata.md says, and what is asked for has an index: on the documents that the store itself writes. */
class SchemaITCase {
    private static final Author ANN = new Author("process 7 on quay", "2026-11-23T03:00:00Z");
    private static final Namespace NS = Namespace.parse("geo.cities");
    private static final int REFUSED = 121;
    /** No field of any collection is one. */
    private static final BsonValue OF_NO_TYPE = new BsonRegularExpression("x");

    private static DevServer server;
    private static MongoClient client;
    private static MongoDatabase database;

    @BeforeAll
    static void start() throws Exception {
        server = DevServer.builder().start();
        client = MongoClients.create(server.uri());
        database = client.getDatabase(Stores.DATABASE);
        try (MetadataStore store = MetadataStore.open(Stores.options(server.uri(), "/state"))) {
            store.records()
                    .write(
                            Optional.empty(),
                            JobRecord.first(
                                    Stores.JOB,
                                    new Start("1".repeat(32), Optional.empty(), "name: a\n", Optional.empty()),
                                    ANN));
            store.audit().append(AuditEvent.of("start"), ANN);
            Attempt attempt = store.leases().begin(1);
            store.leases()
                    .commit(
                            attempt,
                            1,
                            List.of(
                                    new SealedManifest(
                                            1, NS, 7, json("{'contentHash':'c','manifestHash':'m','previous':null}")),
                                    new SealedRoot(1, 7, 7, json("{'rootHash':'r','previous':null}")),
                                    new SinkReceipt(
                                            1,
                                            NS,
                                            7,
                                            "kafka",
                                            json("{'manifestHash':'m','receiptHash':'r','rows':1}"))));
            store.leases().report(1, 1, new SourceProgress(List.of(), 1, 1, OptionalLong.empty()));
        }
        try (LetterStore letters = MongoLetters.open(Stores.options(server.uri(), "/state"))) {
            ChangeRecord change = Changes.insert(NS, "{_id: 1}", Version.event(1), Changes.bson("{_id: 1}"));
            letters.settle(List.of(
                    new Refused(new DeadLetter("orders", change, DeadLetter.Reason.INVALID, "121", "refused", 1))));
        }
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static SchemaOf schemaOf(String collection) {
        return SchemaOf.ALL.stream()
                .filter(each -> each.collection().equals(collection))
                .findAny()
                .orElseThrow();
    }

    private static boolean isRefused(MongoCollection<BsonDocument> collection, BsonDocument changed) {
        MongoWriteException refused = catchThrowableOfType(
                MongoWriteException.class, () -> collection.replaceOne(Filters.eq("_id", changed.get("_id")), changed));
        return refused != null && refused.getCode() == REFUSED;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jobs",
                "manifests",
                "roots",
                "receipts",
                "progress",
                "audit",
                "dead_letters",
                "dead_letter_pieces"
            })
    void aFieldOfAnotherTypeOrOneThatIsMissingIsRefused(String name) {
        MongoCollection<BsonDocument> collection = database.getCollection(name, BsonDocument.class);
        BsonDocument document = collection.find().first();
        BsonDocument rules = schemaOf(name).validator().getDocument("$jsonSchema");
        assertThat(collection
                        .replaceOne(Filters.eq("_id", document.get("_id")), document)
                        .getMatchedCount())
                .as("it is right as it is")
                .isEqualTo(1);
        Set<String> accepted = new TreeSet<>();
        rules.getDocument("properties").keySet().forEach(field -> {
            BsonDocument changed = document.clone().append(field, OF_NO_TYPE);
            if (!field.equals("_id") && !isRefused(collection, changed)) {
                accepted.add(field + " of another type");
            }
        });
        rules.getArray("required").forEach(required -> {
            String field = required.asString().getValue();
            BsonDocument changed = document.clone();
            changed.remove(field);
            if (!field.equals("_id") && !isRefused(collection, changed)) {
                accepted.add("without " + field);
            }
        });
        BsonDocument shortId = document.clone().append("_id", new BsonDocument("job", new org.bson.BsonString("x")));
        MongoWriteException refused =
                catchThrowableOfType(MongoWriteException.class, () -> collection.insertOne(shortId));
        if (refused == null || refused.getCode() != REFUSED) {
            accepted.add("another _id");
        }
        assertThat(accepted).isEmpty();
        assertThat(collection.find().first()).isEqualTo(document);
    }

    /** What the code asks for, and what docs/metadata.md promises to other programs. */
    private static final Map<String, Set<List<String>>> ASKED = Map.of(
            "jobs", Set.of(List.of("_id")),
            "manifests",
                    Set.of(
                            List.of("_id"),
                            List.of("job", "generation", "namespace", "window"),
                            List.of("job", "manifestHash"),
                            List.of("expires")),
            "roots",
                    Set.of(
                            List.of("_id"),
                            List.of("job", "generation", "window"),
                            List.of("job", "rootHash"),
                            List.of("expires")),
            "receipts",
                    Set.of(
                            List.of("_id"),
                            List.of("job", "generation", "namespace", "window", "sink"),
                            List.of("job", "manifestHash"),
                            List.of("expires")),
            "progress", Set.of(List.of("_id"), List.of("job", "split"), List.of("expires")),
            "audit", Set.of(List.of("_id"), List.of("job", "seq")),
            "dead_letters", Set.of(List.of("_id"), List.of("job", "version", "id"), List.of("job", "sink", "state")),
            "dead_letter_pieces", Set.of(List.of("_id")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jobs",
                "manifests",
                "roots",
                "receipts",
                "progress",
                "audit",
                "dead_letters",
                "dead_letter_pieces"
            })
    void whatIsAskedForHasAnIndex(String name) {
        List<Document> indexes = database.getCollection(name).listIndexes().into(new java.util.ArrayList<>());
        assertThat(indexes)
                .extracting(
                        index -> List.copyOf(index.get("key", Document.class).keySet()))
                .containsExactlyInAnyOrderElementsOf(ASKED.get(name));
        assertThat(indexes)
                .filteredOn(index -> index.getString("name").equals("expires"))
                .allSatisfy(index -> assertThat(((Number) index.get("expireAfterSeconds")).longValue())
                        .isZero());
    }
}
