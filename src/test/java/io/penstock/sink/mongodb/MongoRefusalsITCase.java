/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import io.penstock.devserver.DevServer;
import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Replay;
import io.penstock.record.DeadLetter;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.MemoryLetters;
import io.penstock.sink.staged.Scene;
import io.penstock.sink.staged.Stage;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Changes that a MongoDB target refuses for themselves, among others that it takes. */
class MongoRefusalsITCase {
    private static final int POISON = 500;
    private static DevServer server;
    private static MongoClient client;
    private final MemoryLetters letters = new MemoryLetters();
    private final DeadLetterPolicy policy = new DeadLetterPolicy(() -> letters, 1000, 1);
    private MongoTarget target;

    @BeforeAll
    static void start() {
        server = DevServer.start();
        client = MongoClients.create(server.uri());
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        client.getDatabase("copy").drop();
        client.getDatabase("penstock_staging").drop();
        target = Way.target(server.uri(), "_penstock", Duration.ofMinutes(2));
    }

    /** Why one of a thousand is refused. */
    private enum Cause {
        VALIDATOR("121", Reason.INVALID, "{_id: 500, n: 500}"),
        UNIQUE_INDEX("11000", Reason.INVALID, "{_id: 500, n: 500}"),
        METADATA_FIELD("metadata-field", Reason.UNMAPPABLE, "{_id: 500, n: 500, _penstock: {a: 1}, z: 1}"),
        TOO_LARGE("10334", Reason.TOO_LARGE, "{_id: 500, n: 500, v: '" + "x".repeat((16 << 20) - 100) + "'}");

        private final String code;
        private final Reason reason;
        private final String document;

        Cause(String code, Reason reason, String document) {
            this.code = code;
            this.reason = reason;
            this.document = document;
        }

        void apply() {
            if (this == VALIDATOR) {
                validate("{n: {$ne: 500}}");
            } else if (this == UNIQUE_INDEX) {
                cities().insertOne(BsonDocument.parse("{_id: -1, n: 500}"));
                cities().createIndex(BsonDocument.parse("{n: 1}"), new IndexOptions().unique(true));
            }
        }

        /** Mends what can be: the target of a document that is too large is as it was. */
        MongoTarget mend(MongoTarget target) {
            if (this == VALIDATOR) {
                validate("{}");
            } else if (this == UNIQUE_INDEX) {
                cities().dropIndexes();
            } else if (this == METADATA_FIELD) {
                return Way.target(server.uri(), "_meta", Duration.ofMinutes(2));
            }
            return target;
        }
    }

    static Stream<Arguments> waysAndCauses() {
        return Arrays.stream(Way.values())
                .flatMap(way -> Arrays.stream(Cause.values()).map(cause -> Arguments.of(way, cause)));
    }

    @ParameterizedTest
    @MethodSource("waysAndCauses")
    void oneOfAThousandBecomesALetterTheOthersArriveAndMendedItArrivesToo(Way way, Cause cause) throws Exception {
        way.write(target, policy, insert("{_id: 500, n: -5}", 1));
        cause.apply();
        ChangeRecord poison = insert(cause.document, 1 + POISON);
        way.write(
                target,
                policy,
                IntStream.rangeClosed(1, 1000)
                        .mapToObj(id -> id == POISON ? poison : insert("{_id: " + id + ", n: " + id + "}", 1 + id))
                        .toArray(ChangeRecord[]::new));
        Map<Integer, Integer> rows = rows();
        rows.remove(-1);
        assertThat(rows).hasSize(1000);
        assertThat(rows.remove(POISON)).as("the older document").isEqualTo(-5);
        assertThat(rows).allSatisfy((id, n) -> assertThat(n).isEqualTo(id));
        assertThat(letters.letters).hasSize(1);
        DeadLetter letter = letters.letters.values().iterator().next();
        assertThat(letter.change())
                .usingRecursiveComparison()
                .as("bytes and lineage")
                .isEqualTo(poison);
        assertThat(letter.reason()).isEqualTo(cause.reason);
        assertThat(letter.code()).isEqualTo(cause.code);
        assertThat(letter.message()).isNotEmpty();
        assertThat(letter.sink()).isEqualTo("sink");

        way.write(cause.mend(target), policy, letter.change().with(new Replay("sink", letter.id(), 1, false)));
        boolean isMended = cause != Cause.TOO_LARGE;
        assertThat(rows().get(POISON)).isEqualTo(isMended ? POISON : -5);
        assertThat(letters.replayed.contains(letter.id())).isEqualTo(isMended);
        assertThat(letters.letters.get(letter.id()).attempts()).isEqualTo(isMended ? 1 : 2);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anInsertThatIsRefusedLeavesTheTombstoneAndCanComeLater(Way way) throws Exception {
        way.write(target, policy, insert("{_id: 1, n: 1}", 1));
        way.write(target, policy, delete(1, 2));
        validate("{n: {$ne: 3}}");
        way.write(target, policy, insert("{_id: 1, n: 3}", 3), insert("{_id: 2, n: 4}", 3));
        assertThat(rows()).isEqualTo(Map.of(2, 4));
        assertThat(tombstones()).isEqualTo(1);
        way.write(target, policy, insert("{_id: 1, n: 1}", 1));
        assertThat(rows()).as("what is older than the delete stays away").isEqualTo(Map.of(2, 4));
        validate("{}");
        DeadLetter letter = letters.letters.values().iterator().next();
        way.write(target, policy, letter.change().with(new Replay("sink", letter.id(), 1, false)));
        assertThat(rows()).isEqualTo(Map.of(1, 3, 2, 4));
        assertThat(letters.replayed).containsExactly(letter.id());
        assertThat(tombstones()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aReplayThatANewerChangeWasExportedSinceIsOnlyNoted(Way way) throws Exception {
        way.write(target, policy, insert("{_id: 1, n: 2}", 2));
        way.write(
                target,
                policy,
                insert("{_id: 1, n: 1}", 1).with(new Replay("sink", "first", 1, true)),
                insert("{_id: 2, n: 2}", 2).with(new Replay("sink", "second", 1, false)),
                insert("{_id: 2, n: 3}", 3));
        assertThat(letters.superseded).containsExactlyInAnyOrder("first", "second");
        assertThat(letters.replayed).isEmpty();
        assertThat(rows()).isEqualTo(Map.of(1, 2, 2, 3));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aUniqueValueThatGoesFromDocumentToDocumentIsNotRefused(Way way) throws Exception {
        cities().createIndex(BsonDocument.parse("{n: 1}"), new IndexOptions().unique(true));
        way.write(
                target, policy, insert("{_id: 1, n: 1}", 1), insert("{_id: 2, n: 2}", 2), insert("{_id: 3, n: 3}", 3));
        way.write(
                target,
                policy,
                insert("{_id: 1, n: 2}", 11),
                insert("{_id: 2, n: 3}", 12),
                insert("{_id: 3, n: 4}", 13));
        assertThat(rows()).isEqualTo(Map.of(1, 2, 2, 3, 3, 4));
        way.write(target, policy, insert("{_id: 1, n: 4}", 21), delete(3, 22));
        assertThat(rows()).isEqualTo(Map.of(1, 4, 2, 3));
        assertThat(letters.letters).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void ofADocumentThatTheTargetHasANewerChangeOfNothingIsRefused(Way way) throws Exception {
        way.write(target, policy, insert("{_id: 1, n: 5}", 5));
        validate("{n: {$ne: 4}}");
        way.write(target, policy, insert("{_id: 1, n: 4}", 4));
        assertThat(letters.letters).isEmpty();
        assertThat(rows()).isEqualTo(Map.of(1, 5));
    }

    @Test
    void whatTheServerDoesNotTakeIntoTheStagingCollectionIsALetterTooAndItsNeighboursAreStaged() throws Exception {
        MongoDatabase staging = client.getDatabase("penstock_staging");
        staging.createCollection("staged");
        staging.runCommand(BsonDocument.parse("{collMod: 'staged', validator: {'document.n': {$ne: 2}}}"));
        ChangeRecord poison = insert("{_id: 2, n: 2}", 2);
        Way.TRANSACTIONAL.write(target, policy, insert("{_id: 1, n: 1}", 1), poison, insert("{_id: 3, n: 3}", 3));
        assertThat(rows()).isEqualTo(Map.of(1, 1, 3, 3));
        assertThat(letters.letters.values())
                .singleElement()
                .extracting(DeadLetter::change)
                .isEqualTo(poison);
    }

    @Test
    void aCommitThatIsRepeatedRefusesTheSameLetter() throws Exception {
        validate("{n: {$ne: 2}}");
        try (Scene scene = new Scene(target)) {
            Stage stage = scene.stage(insert("{_id: 1, n: 1}", 1), insert("{_id: 2, n: 2}", 2));
            DeadLetterPolicy away = new DeadLetterPolicy(
                    () -> {
                        throw new java.io.IOException("the store is away");
                    },
                    1000,
                    1);
            assertThatThrownBy(() -> scene.commit(away, stage)).hasMessageContaining("the store is away");
            assertThat(rows()).isEqualTo(Map.of(1, 1));
            scene.commit(policy, stage);
            scene.commit(policy, stage);
            assertThat(letters.letters).hasSize(1);
        }
    }

    @Test
    void whatAnEarlierReleaseStagedIsAppliedAndWhatIsRefusedOfItIsSaid() throws Exception {
        validate("{n: {$ne: 2}}");
        try (Scene scene = new Scene(target)) {
            Stage good = scene.stage(insert("{_id: 1, n: 1}", 1));
            Stage poison = scene.stage(insert("{_id: 2, n: 2}", 2));
            client.getDatabase("penstock_staging")
                    .getCollection("staged")
                    .updateMany(new BsonDocument(), BsonDocument.parse("{$unset: {change: 1}}"));
            scene.commit(policy, good);
            assertThat(rows()).isEqualTo(Map.of(1, 1));
            assertThatThrownBy(() -> scene.commit(policy, poison))
                    .hasMessageContaining("{\"_id\": 2} of copy.cities")
                    .hasMessageContaining("(121)")
                    .hasMessageContaining("staged by an earlier release");
        }
    }

    private static void validate(String rule) {
        if (client.getDatabase("copy").listCollectionNames().first() == null) {
            client.getDatabase("copy").createCollection("cities");
        }
        client.getDatabase("copy").runCommand(BsonDocument.parse("{collMod: 'cities', validator: " + rule + "}"));
    }

    private static MongoCollection<BsonDocument> cities() {
        return client.getDatabase("copy").getCollection("cities", BsonDocument.class);
    }

    private static Map<Integer, Integer> rows() {
        Map<Integer, Integer> rows = new TreeMap<>();
        cities().find()
                .forEach(each -> rows.put(
                        each.getInt32("_id").getValue(), each.getInt32("n").getValue()));
        return rows;
    }

    private static long tombstones() {
        return client.getDatabase("penstock_staging")
                .getCollection("tombstones")
                .countDocuments();
    }

    private static ChangeRecord insert(String document, int n) {
        byte[] bytes = Changes.bson(document);
        String key = new BsonDocument("_id", new RawBsonDocument(bytes).get("_id")).toJson();
        return Changes.insert(Changes.CITIES, key, Version.event(Changes.clusterTime(1_760_000_000L, n)), bytes);
    }

    private static ChangeRecord delete(int key, int n) {
        return Changes.delete(
                Changes.CITIES, "{_id: " + key + "}", Version.event(Changes.clusterTime(1_760_000_000L, n)));
    }
}
