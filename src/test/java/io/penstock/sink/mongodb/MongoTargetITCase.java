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
import com.mongodb.client.model.IndexOptions;
import io.penstock.devserver.DevServer;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.staged.Added;
import io.penstock.sink.staged.Batch;
import io.penstock.sink.staged.Leftover;
import io.penstock.sink.staged.Scene;
import io.penstock.sink.staged.Stage;
import io.penstock.sink.staged.StagedRow;
import io.penstock.sink.staged.StagingArea;
import io.penstock.spec.JobSpec;
import io.penstock.spec.MongoSinkSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a MongoDB server sees of the sink. */
class MongoTargetITCase {
    private static final Namespace CITIES = new Namespace("geo", "cities");
    private static DevServer server;
    private static MongoClient client;
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
        String job =
                "{name: a, source: {uri: 'mongodb://h', collections: [a.b]}, sinks: [{type: mongodb, database: copy, uri: '"
                        + server.uri() + "'}]}";
        MongoSinkSpec spec = (MongoSinkSpec) JobSpec.parse("job.yaml", job, Map.<String, String>of()::get)
                .sinks()
                .get(0);
        target = new MongoTarget(spec, Duration.ofMinutes(2));
    }

    @Test
    void whereverACommitDiesDoingItAgainEndsTheSame() throws Exception {
        int deaths = 0;
        try (Scene scene = new Scene(target)) {
            scene.commit(scene.stage(insert(1, 1), insert(2, 2), insert(3, 3)));
            for (boolean done = false; !done; deaths++) {
                int n = 10 * (deaths + 1);
                // Deletes one, updates one, brings back one that was deleted before.
                Stage stage = scene.stage(delete(1, n), insert(2, n), insert(3, n));
                failFrom(deaths);
                try {
                    scene.commit(stage);
                    done = true;
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("cannot commit");
                }
                fail("'off'");
                scene.commit(stage);
                assertThat(rows()).as("dead at %d", deaths).isEqualTo(Map.of(2, n, 3, n));
                assertThat(staged()).isZero();
                scene.commit(scene.stage(insert(1, n + 1), delete(3, n + 1)));
                assertThat(rows()).isEqualTo(Map.of(1, n + 1, 2, n));
            }
        }
        assertThat(deaths).as("commands at which it could die").isGreaterThan(7);
    }

    @Test
    void whatNoCheckpointHoldsIsRemovedAndAWriterThatWasGivenUpCanAddNothing() throws Exception {
        try (Scene scene = new Scene(target);
                StagingArea next = target.openArea(Scene.SINK);
                StagingArea other = target.openArea("another/sink")) {
            Stage kept = scene.stage(insert(1, 1));
            scene.checkpoint(5);
            scene.stageWithoutHandingOver(insert(2, 2));
            assertThat(other.removeLeftovers(new Leftover(0, 1, 0))).isZero();
            assertThat(next.removeLeftovers(new Leftover(0, 1, 5))).isEqualTo(1);
            assertThat(staged()).isEqualTo(1);
            assertThatThrownBy(() -> scene.stageWithoutHandingOver(insert(3, 3)))
                    .hasMessageContaining("had staged was removed");
            scene.commit(kept);
            assertThat(rows()).isEqualTo(Map.of(1, 1));
        }
    }

    @Test
    void rowsThatAreThereInPartOrAsAWholeAreNotStagedTwice() throws Exception {
        Batch batch = new Batch();
        for (int id = 0; id < 10; id++) {
            batch.add("copy.cities", insert(id, 1));
        }
        List<StagedRow> rows = List.copyOf(batch.byTarget().get("copy.cities"));
        Stage.Name name = new Stage.Name(UUID.randomUUID(), 1, 0);
        for (int attempt = 1; attempt <= 3; attempt++) {
            try (StagingArea area = target.openArea(Scene.SINK)) {
                assertThat(area.add(name, 0, "copy.cities", rows, new Added(0, 0, attempt)))
                        .isEmpty();
            }
            assertThat(staged()).isEqualTo(10);
            if (attempt == 1) {
                client.getDatabase("penstock_staging").getCollection("staged").deleteOne(new BsonDocument());
            }
        }
        try (StagingArea area = target.openArea(Scene.SINK)) {
            area.add(name, 0, "copy.cities", rows, new Added(10, 10, 1));
        }
        assertThat(staged()).as("the same rows further on are other ones").isEqualTo(20);
        assertThat(client.getDatabase("penstock_staging")
                        .getCollection("stages")
                        .countDocuments())
                .isEqualTo(1);
    }

    @Test
    void aStageThatTheServerLostIsNamed() throws Exception {
        try (Scene scene = new Scene(target)) {
            Stage stage = scene.stage(insert(1, 1), insert(2, 2));
            client.getDatabase("penstock_staging").getCollection("staged").deleteOne(new BsonDocument());
            assertThatThrownBy(() -> scene.commit(stage)).hasMessageContaining("of 2 changes for copy.cities");
            assertThat(rows()).isEmpty();
        }
    }

    @Test
    void aDocumentOfSomebodyElseIsOverwritten() throws Exception {
        cities().insertOne(BsonDocument.parse("{_id: 1, n: 99}"));
        try (Scene scene = new Scene(target)) {
            scene.commit(scene.stage(insert(1, 1)));
            assertThat(rows()).isEqualTo(Map.of(1, 1));
        }
    }

    @Test
    void withoutAPlaceForDeadLettersWhatIsRefusedIsNamedAndFailsTheJob() throws Exception {
        cities().createIndex(BsonDocument.parse("{n: 1}"), new IndexOptions().unique(true));
        cities().insertOne(BsonDocument.parse("{_id: 1, n: 1}"));
        try (Scene scene = new Scene(target)) {
            Stage refused = scene.stage(insert("{_id: 2, n: 1}", 2));
            assertThatThrownBy(() -> scene.commit(refused))
                    .hasMessageContaining("sink sink cannot take geo.cities {\"_id\": 2}")
                    .hasMessageContaining("E11000");
            Stage unfit = scene.stage(insert("{_id: 7, _penstock: 1}", 1));
            assertThatThrownBy(() -> scene.commit(unfit)).hasMessageContaining("give metadata-field another name");
        }
    }

    @Test
    void theSinksFieldSaysWhereTheDocumentIsFrom() throws Exception {
        ChangeRecord change = insert(1, 1);
        try (Scene scene = new Scene(target)) {
            scene.commit(scene.stage(change));
        }
        BsonDocument meta = cities().find().first().getDocument("_penstock");
        assertThat(meta.keySet()).containsExactly("ns", "version", "revision", "rowHash");
        assertThat(meta.getString("ns").getValue()).isEqualTo("geo.cities");
        assertThat(meta.getString("version").getValue())
                .isEqualTo(change.version().text());
        assertThat(meta.getBinary("rowHash").getData()).isEqualTo(change.rowHash());
    }

    /** After so many commands of a commit every further one is refused, as if the process were gone. */
    private static void failFrom(int commands) {
        fail("{skip: " + commands + "}");
    }

    private static void fail(String mode) {
        client.getDatabase("admin")
                .runCommand(BsonDocument.parse("{configureFailPoint: 'failCommand', mode: " + mode
                        + ", data: {failCommands: ['find', 'insert', 'update', 'delete', 'getMore'], errorCode: 13}}"));
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

    private static long staged() {
        return client.getDatabase("penstock_staging").getCollection("staged").countDocuments();
    }

    private static ChangeRecord insert(int key, int n) {
        return insert("{_id: " + key + ", n: " + n + "}", n);
    }

    private static ChangeRecord insert(String document, int n) {
        return Changes.insert(
                CITIES, document, Version.event(Changes.clusterTime(1_760_000_000L, n)), Changes.bson(document));
    }

    private static ChangeRecord delete(int key, int n) {
        return Changes.delete(CITIES, "{_id: " + key + "}", Version.event(Changes.clusterTime(1_760_000_000L, n)));
    }
}
