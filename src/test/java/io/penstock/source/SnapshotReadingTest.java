/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static io.penstock.source.ScriptedServer.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.Namespace;
import io.penstock.record.SnapshotRow;
import io.penstock.source.ScriptedServer.Call;
import io.penstock.source.fetch.Fetched;
import io.penstock.source.fetch.FetchedBatch;
import io.penstock.source.fetch.Retries;
import io.penstock.source.server.CollectionInfo;
import io.penstock.source.server.RowQuery;
import io.penstock.source.snapshot.Ids;
import io.penstock.source.snapshot.ReadLimits;
import io.penstock.source.snapshot.SnapshotSplitReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading one split, whatever the server does meanwhile. */
class SnapshotReadingTest {
    private static final Namespace ORDERS = Namespace.parse("shop.orders");

    private final ScriptedServer server = new ScriptedServer();
    private long start;
    private CollectionInfo info;

    @BeforeEach
    void fill() {
        for (int i = 0; i < 50; i++) {
            server.insert("shop.orders", document(i, "first"));
        }
        start = server.operationTime();
        info = server.collection(ORDERS);
        server.tick(1);
    }

    private SnapshotSplit split(boolean exact, byte[] last) {
        return new SnapshotSplit(
                "snapshot-0",
                ORDERS,
                info.uuid(),
                1,
                start,
                exact,
                null,
                null,
                last,
                exact ? start : 0,
                0,
                0,
                50,
                false);
    }

    private List<Fetched> read(SnapshotSplit split) throws IOException {
        SnapshotSplitReader reader = new SnapshotSplitReader(
                server, ReadLimits.share(0, 0, false, 1, server), new Retries(System::nanoTime, () -> 0));
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(split)));
        List<Fetched> fetched = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            FetchedBatch batch = reader.fetch();
            if (batch.nextSplit() != null) {
                for (Fetched next = batch.nextRecordFromSplit(); next != null; next = batch.nextRecordFromSplit()) {
                    fetched.add(next);
                }
            }
            if (!batch.finishedSplits().isEmpty()) {
                return fetched;
            }
        }
        throw new AssertionError("the split has no end");
    }

    private static List<SnapshotRow> rows(List<Fetched> fetched) {
        return fetched.stream()
                .filter(Fetched.Row.class::isInstance)
                .map(each -> ((Fetched.Row) each).row())
                .toList();
    }

    private static List<Integer> ids(List<Fetched> fetched) {
        return rows(fetched).stream()
                .map(row -> new RawBsonDocument(row.document()).getInt32("_id").getValue())
                .toList();
    }

    @Test
    void everyRowIsReadOnceAtTheTimeOfThePass() throws IOException {
        server.replace("shop.orders", document(3, "later"));
        List<Fetched> fetched = read(split(true, null));
        assertThat(ids(fetched)).hasSize(50).doesNotHaveDuplicates();
        assertThat(rows(fetched)).allSatisfy(row -> {
            assertThat(row.version().clusterTime()).isEqualTo(start);
            assertThat(row.isExact()).isTrue();
        });
    }

    @Test
    void trap14WhenTheServerHasNoSuchTimeAnyLongerItGoesOnAtANewOneWhereItStopped() throws IOException {
        server.beforeRows(() -> {
            server.forgetSnapshots();
            server.beforeRows(() -> {});
            server.fail(Call.NEXT_ROWS, 239);
        });
        List<Fetched> fetched = read(split(true, null));
        assertThat(ids(fetched)).hasSize(50).doesNotHaveDuplicates();
        assertThat(rows(fetched).get(49).version().clusterTime()).isGreaterThan(start);
    }

    @Test
    void itGoesOnInTheMiddleOfASplitBehindTheLastKey() throws IOException {
        assertThat(ids(read(split(true, Ids.of(ScriptedServer.bytes(document(29, "x")))))))
                .hasSize(20)
                .startsWith(30);
    }

    @Test
    void theLastKeyMayBeGoneMeanwhile() throws IOException {
        server.delete("shop.orders", new BsonInt32(29));
        server.forgetSnapshots();
        assertThat(ids(read(split(true, Ids.of(ScriptedServer.bytes(document(29, "x")))))))
                .hasSize(20)
                .startsWith(30);
    }

    @Test
    void faultsThatPassCostNothingButTime() throws IOException {
        server.answerRows(10);
        for (int code : new int[] {11600, 91, 189, 6, 43}) {
            server.fail(Call.ROWS, code);
            server.fail(Call.NEXT_ROWS, code);
            server.fail(Call.COLLECTION, code);
        }
        assertThat(ids(read(split(true, null)))).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void aFaultThatDoesNotPassNamesTheSplitAndTheReason() {
        server.fail(Call.ROWS, 13);
        assertThatThrownBy(() -> read(split(true, null)))
                .hasMessageContaining("shop.orders")
                .hasMessageContaining("scripted 13");
    }

    @Test
    void aCollectionDroppedBeforeTheReadEndsTheSplitThoughTheServerWouldAnswerWithNothingAndNoError()
            throws IOException {
        server.drop("shop.orders");
        assertThat(rows(read(split(true, null)))).isEmpty();
        assertThat(server.asked()).noneMatch(RowQuery.class::isInstance);
    }

    @Test
    void aCollectionOfTheSameNameButAnotherIdentityIsNotRead() throws IOException {
        server.drop("shop.orders");
        server.insert("shop.orders", document(1000, "another collection"));
        assertThat(rows(read(split(true, null)))).isEmpty();
    }

    @Test
    void withoutSnapshotReadsARowIsKnownToLieBetweenTwoTimes() throws IOException {
        server.capped();
        server.beforeRows(() -> server.tick(1));
        List<SnapshotRow> rows = rows(read(split(false, null)));
        assertThat(rows).hasSize(50).allSatisfy(row -> {
            assertThat(row.isExact()).isFalse();
            assertThat(Long.compareUnsigned(row.readFrom(), row.version().clusterTime()))
                    .isNegative();
            assertThat(row.version().isRow()).isTrue();
        });
    }

    @Test
    void trap1ABatchIsLimitedInBytesAndNothingIsHeldBeforeItIsHandedOver() throws IOException {
        server.answerRows(1000);
        String large = "x".repeat(300_000);
        for (int i = 0; i < 50; i++) {
            server.replace("shop.orders", document(i, large));
        }
        start = server.operationTime();
        SnapshotSplitReader reader =
                new SnapshotSplitReader(server, ReadLimits.share(0, 0, false, 1, server), Retries.create());
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(split(true, null))));
        FetchedBatch batch = reader.fetch();
        batch.nextSplit();
        int rows = 0;
        while (batch.nextRecordFromSplit() != null) {
            rows++;
        }
        assertThat(rows).isLessThanOrEqualTo(6);
    }

    @Test
    void trap10IdsOfAllTypesAreRead() throws IOException {
        List<BsonValue> others = List.of(
                new BsonString("s"),
                new org.bson.BsonDouble(1.5),
                new BsonDocument("a", new BsonInt32(1)),
                new org.bson.BsonNull());
        others.forEach(id -> server.insert("shop.orders", new BsonDocument("_id", id)));
        start = server.operationTime();
        byte[] middle = ScriptedServer.bytes(new BsonDocument("_id", new BsonInt32(25)));
        SnapshotSplit whole = split(true, null);
        SnapshotSplit low = new SnapshotSplit(
                "low", ORDERS, info.uuid(), 1, start, true, null, middle, null, start, 0, 0, 0, false);
        SnapshotSplit high = new SnapshotSplit(
                "high", ORDERS, info.uuid(), 1, start, true, middle, null, null, start, 0, 0, 0, false);
        assertThat(rows(read(whole))).hasSize(54);
        assertThat(rows(read(low)).size() + rows(read(high)).size()).isEqualTo(54);
    }
}
