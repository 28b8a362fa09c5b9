/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.Namespace;
import io.penstock.source.StreamSplit.FloorSweep;
import io.penstock.source.StreamSplit.NamespaceEpoch;
import io.penstock.source.StreamSplit.WantedEpoch;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

/** Splits are state: what one version wrote, every later one reads. */
class SplitSerializersTest {
    private static final Namespace ORDERS = Namespace.parse("shop.orders");
    private static final SnapshotSplit SNAPSHOT = new SnapshotSplit(
            "snapshot-7",
            ORDERS,
            new UUID(1, 2),
            3,
            1000L << 32 | 5,
            true,
            id(1),
            id(9),
            null,
            1001L << 32,
            12,
            345,
            34,
            false);
    private static final StreamSplit STREAM = new StreamSplit(
            new StreamPosition(ScriptedServer.bytes(new BsonDocument("_data", new BsonString("82"))), 1002L << 32 | 1),
            0,
            Map.of(ORDERS, new NamespaceEpoch(1, 1000L << 32)),
            List.of(new WantedEpoch(ORDERS, 2, 1002L << 32)),
            FloorSweep.of(ORDERS, 1002L << 32, 1, 77),
            3,
            true,
            false);

    private static byte[] id(int value) {
        return ScriptedServer.bytes(new BsonDocument("_id", new BsonInt32(value)));
    }

    private static byte[] bytes(MongoSplit split) throws IOException {
        return MongoSplitSerializer.INSTANCE.serialize(split);
    }

    private static String hex(MongoSplit split) throws IOException {
        return HexFormat.of().formatHex(bytes(split));
    }

    @Test
    void whatAnEarlierVersionWroteIsStillRead() throws IOException {
        SnapshotSplit snapshot = (SnapshotSplit) read(4, GoldenSplits.SNAPSHOT_V1);
        assertThat(snapshot.bytes()).isZero();
        assertThat(hex(snapshot.at(null, snapshot.readTime(), snapshot.documents(), 345, false)))
                .isEqualTo(hex(SNAPSHOT));
        assertThat(hex(read(1, GoldenSplits.SNAPSHOT_V1))).isEqualTo(hex(snapshot));
        StreamSplit stream = (StreamSplit) read(1, GoldenSplits.STREAM_V1);
        assertThat(stream.scopeChanges()).isZero();
        assertThat(hex(stream.behind(3))).isEqualTo(hex(STREAM));
        assertThat(hex(read(2, GoldenSplits.STREAM_V2))).isEqualTo(hex(STREAM));
        assertThat(hex(read(3, GoldenSplits.STREAM_V3))).isEqualTo(hex(STREAM));
    }

    @Test
    void aStreamOfAnEarlierVersionHasBegunWhenItHasAToken() throws IOException {
        String withoutToken =
                GoldenSplits.STREAM_V2.replaceFirst("^020000001313000000025f64617461000300000038320000", "02ffffffff");
        assertThat(((StreamSplit) read(2, withoutToken)).hasBegun()).isFalse();
        assertThat(((StreamSplit) read(2, GoldenSplits.STREAM_V2)).hasBegun()).isTrue();
    }

    @Test
    void whatThisVersionWritesStaysAsItIs() throws IOException {
        assertThat(hex(SNAPSHOT)).isEqualTo(GoldenSplits.SNAPSHOT_V5);
        assertThat(hex(STREAM)).isEqualTo(GoldenSplits.STREAM_V4);
        for (String golden : List.of(GoldenSplits.SNAPSHOT_V5, GoldenSplits.STREAM_V4)) {
            assertThat(hex(read(5, golden))).isEqualTo(golden);
        }
    }

    /** A restart in the middle of what is told behind a gap goes on with it, and reads nothing before. */
    @Test
    void whatIsToldBehindAGapIsKept() throws Exception {
        FloorSweep sweep = new FloorSweep(ORDERS, 1002L << 32, 2, 77, true);
        StreamSplit stream =
                new StreamSplit(StreamPosition.at(1002L << 32), 0, Map.of(), List.of(), sweep, 0, true, false);
        assertThat(((StreamSplit) read(5, hex(stream))).sweep()).isEqualTo(sweep);
    }

    private static MongoSplit read(int version, String golden) throws IOException {
        return MongoSplitSerializer.INSTANCE.deserialize(version, HexFormat.of().parseHex(golden));
    }

    @Test
    void aLaterVersionIsRefusedByName() {
        assertThatThrownBy(() -> MongoSplitSerializer.INSTANCE.deserialize(6, new byte[1]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("newer Penstock");
    }

    @Test
    void boundsAreDataAndDoNotShowInTexts() {
        SnapshotSplit secret = new SnapshotSplit(
                "snapshot-1",
                ORDERS,
                null,
                1,
                1,
                true,
                ScriptedServer.bytes(new BsonDocument("_id", new BsonString("secret"))),
                null,
                null,
                0,
                0,
                0,
                0,
                false);
        assertThat(secret.toString())
                .doesNotContain("secret")
                .contains("snapshot-1")
                .contains("shop.orders");
    }
}
