/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.ClientSessionOptions;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoNamespace;
import com.mongodb.client.ClientSession;
import com.mongodb.client.model.CreateCollectionOptions;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

/** Reads at a cluster time of the past. */
class SnapshotReadsConformanceITCase extends Conformance {
    private static final int SNAPSHOT_UNAVAILABLE = 246;

    private BsonDocument find(String collection, BsonTimestamp at, String more) {
        BsonDocument command = new BsonDocument("find", new BsonString(collection));
        command.putAll(bson(more));
        command.append(
                "readConcern", new BsonDocument("level", new BsonString("snapshot")).append("atClusterTime", at));
        return db.runCommand(command, BsonDocument.class).getDocument("cursor");
    }

    private List<BsonValue> all(BsonTimestamp at) {
        return find("docs", at, "{sort: {_id: 1}}").getArray("firstBatch");
    }

    @Test
    void aReadAtATimeSeesThatTimeAndNeedsNoSession() {
        insert("{_id: 1, v: 1}", "{_id: 2, v: 1}");
        BsonTimestamp then = now();
        update("{_id: 1}", "{$set: {v: 2}}");
        docs.deleteOne(bson("{_id: 2}"));
        insert("{_id: 3}");
        assertThat(all(then)).containsExactly(bson("{_id: 1, v: 1}"), bson("{_id: 2, v: 1}"));
        assertThat(all(now())).containsExactly(bson("{_id: 1, v: 2}"), bson("{_id: 3}"));
    }

    @Test
    void aReadAtAnEventsTimeIsExactlyItsImage() {
        insert("{_id: 1, v: 0}");
        List<BsonDocument> events;
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            for (int i = 1; i <= 5; i++) {
                update("{_id: 1}", "{$set: {v: " + i + "}}");
            }
            events = stream.next(5);
        }
        for (BsonDocument event : events) {
            assertThat(all(event.getTimestamp("clusterTime"))
                            .get(0)
                            .asDocument()
                            .get("v"))
                    .isEqualTo(event.getDocument("updateDescription")
                            .getDocument("updatedFields")
                            .get("v"));
        }
    }

    @Test
    void aCursorStaysAtItsTimeWhileWritesGoOn() {
        for (int i = 0; i < 10; i++) {
            insert("{_id: " + i + ", v: 0}");
        }
        BsonTimestamp then = now();
        BsonDocument cursor = find("docs", then, "{batchSize: 3, sort: {_id: 1}}");
        List<BsonValue> rows = new ArrayList<>(cursor.getArray("firstBatch"));
        docs.updateMany(bson("{}"), bson("{$set: {v: 1}}"));
        docs.deleteOne(bson("{_id: 7}"));
        while (cursor.getInt64("id").getValue() != 0) {
            cursor = db.runCommand(
                            new BsonDocument("getMore", cursor.getInt64("id"))
                                    .append("collection", new BsonString("docs")),
                            BsonDocument.class)
                    .getDocument("cursor");
            rows.addAll(cursor.getArray("nextBatch"));
        }
        assertThat(rows)
                .hasSize(10)
                .allMatch(row -> row.asDocument().getInt32("v").getValue() == 0);
    }

    @Test
    void aSnapshotSessionReadsOnePointInTime() {
        insert("{_id: 1, v: 1}");
        try (ClientSession session = CLIENT.startSession(
                ClientSessionOptions.builder().snapshot(true).build())) {
            assertThat(docs.find(session)).containsExactly(bson("{_id: 1, v: 1}"));
            update("{_id: 1}", "{$set: {v: 2}}");
            insert("{_id: 2}");
            assertThat(docs.find(session)).containsExactly(bson("{_id: 1, v: 1}"));
            assertThat(docs.aggregate(session, List.of(bson("{$match: {}}")))).containsExactly(bson("{_id: 1, v: 1}"));
        }
    }

    @Test
    void indexBoundsHoldInThePast() {
        for (int i = 0; i < 6; i++) {
            insert("{_id: " + i + "}");
        }
        BsonTimestamp then = now();
        docs.deleteMany(bson("{}"));
        assertThat(find("docs", then, "{min: {_id: 2}, max: {_id: 4}, hint: {_id: 1}}")
                        .getArray("firstBatch"))
                .containsExactly(bson("{_id: 2}"), bson("{_id: 3}"));
    }

    @Test
    void aReplyToASnapshotReadTellsItsTime() {
        insert("{_id: 1}");
        BsonTimestamp then = now();
        assertThat(find("docs", then, "{}").getTimestamp("atClusterTime")).isEqualTo(then);
    }

    @Test
    void theFutureCannotBeRead() {
        BsonTimestamp later = new BsonTimestamp(now().getTime() + 1000, 1);
        int invalidOptions = 72;
        assertFails(invalidOptions, () -> find("docs", later, "{}"));
    }

    @Test
    void aTimeThatHasLeftTheWindowIsTooOld() {
        insert("{_id: 1}");
        int snapshotTooOld = 239;
        assertFails(snapshotTooOld, () -> find("docs", new BsonTimestamp(1000, 1), "{}"));
    }

    @Test
    void aCollectionThatWasDroppedReadsAsEmptyWithoutAnError() {
        insert("{_id: 1}");
        BsonTimestamp then = now();
        docs.drop();
        // Newer servers know the collections of the past, too.
        if (!ConformanceServer.isAtLeast(7, 0)) {
            assertThat(find("docs", then, "{}").getArray("firstBatch")).isEmpty();
        }
    }

    @Test
    void aCollectionThatWasRenamedAwayReadsAsEmptyWithoutAnError() {
        insert("{_id: 1}");
        BsonTimestamp then = now();
        docs.renameCollection(new MongoNamespace(db.getName(), "other"));
        if (!ConformanceServer.isAtLeast(7, 0)) {
            assertThat(find("docs", then, "{}").getArray("firstBatch")).isEmpty();
        }
    }

    @Test
    void aCollectionMadeAgainCannotBeReadBeforeItsMaking() {
        insert("{_id: 1}");
        BsonTimestamp then = now();
        docs.drop();
        insert("{_id: 2}");
        if (!ConformanceServer.isAtLeast(7, 0)) {
            assertFails(SNAPSHOT_UNAVAILABLE, () -> find("docs", then, "{}"));
        }
    }

    @Test
    void aCollectionCannotBeReadBeforeItExisted() {
        BsonTimestamp then = now();
        db.createCollection("later");
        MongoCommandException error =
                catchThrowableOfType(MongoCommandException.class, () -> find("later", then, "{}"));
        if (!ConformanceServer.isAtLeast(7, 0)) {
            assertThat(error.getErrorCode()).isEqualTo(SNAPSHOT_UNAVAILABLE);
        }
    }

    @Test
    void aCappedCollectionHasNoPast() {
        db.createCollection("capped", new CreateCollectionOptions().capped(true).sizeInBytes(100_000));
        db.getCollection("capped", BsonDocument.class).insertOne(bson("{_id: 1}"));
        assertFails(SNAPSHOT_UNAVAILABLE, () -> find("capped", now(), "{}"));
    }

    @Test
    void aSnapshotReadOfATransactionsTimeSeesAllOfIt() {
        try (EventStream stream = EventStream.on(db, "docs", "{}");
                ClientSession session = CLIENT.startSession()) {
            session.startTransaction();
            docs.insertOne(session, bson("{_id: 1}"));
            docs.insertOne(session, bson("{_id: 2}"));
            session.commitTransaction();
            BsonTimestamp time = stream.next().getTimestamp("clusterTime");
            assertThat(all(time)).hasSize(2);
            assertThat(all(new BsonTimestamp(time.getValue() - 1))).isEmpty();
        }
    }
}
