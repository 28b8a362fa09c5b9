/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.Delivery;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.spec.KafkaSinkSpec.Format;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.junit.jupiter.api.Test;

class KafkaCommitSerializerTest {
    /** A checkpoint of version 1, as it must be readable for ever. */
    private static final String VERSION_1 =
            "00000005702d302d3100000000000000290000000000000007000000103030303030303031303030303030303000000011363845373738303130303030303030317e000000066369746965730000000200000000000000110000000100000011000500000000000000060005702d302d31";

    private static final String VERSION_2 = VERSION_1
            + "00000001010467656f076369746965730000000001b0551607636974696573000000020000000000000011000000000000001e000000000000000706702d302d31";

    private final SimpleVersionedSerializer<Object> transactions = Connector.forSerializers(
                    Specs.spec("unused:1", "t", Format.JSON, 1))
            .transactionSerializer();
    private final KafkaCommitSerializer serializer = new KafkaCommitSerializer(transactions);

    @Test
    void version1IsReadBackWithoutDeliveries() throws Exception {
        assertThat(serializer.deserialize(1, HexFormat.of().parseHex(VERSION_1)))
                .isEqualTo(commit(Version.row(0x68E77801_00000001L)));
    }

    @Test
    void version2IsPinnedAndReadBack() throws Exception {
        Delivery delivery = new Delivery(new Namespace("geo", "cities"), 28333334, "cities", 2, 17, 30, 7, "p-0-1");
        KafkaCommit commit = commit(Version.row(0x68E77801_00000001L), delivery);
        assertThat(HexFormat.of().formatHex(serializer.serialize(commit))).isEqualTo(VERSION_2);
        assertThat(serializer.deserialize(2, HexFormat.of().parseHex(VERSION_2)))
                .isEqualTo(commit);
    }

    @Test
    void aVersionMayBeLongerThanWriteUtfCanHold() throws Exception {
        KafkaCommit commit = commit(Version.inTransaction(1, new byte[100_000]));
        assertThat(serializer.deserialize(2, serializer.serialize(commit))).isEqualTo(commit);
    }

    @Test
    void anUnknownVersionIsRefused() {
        assertThatThrownBy(() -> serializer.deserialize(3, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 3");
    }

    @Test
    void theConnectorsCommittableTellsItsTransactionalId() throws Exception {
        assertThat(Connector.transactionalId(transactions, transaction())).isEqualTo("p-0-1");
    }

    private KafkaCommit commit(Version last, Delivery... deliveries) throws IOException {
        return new KafkaCommit(
                transaction(),
                "p-0-1",
                41,
                7,
                Version.event(1L << 32),
                last,
                new Witness("cities", 2, 17),
                List.of(deliveries));
    }

    /** Epoch 5, producer id 6, name p-0-1. */
    private Object transaction() throws IOException {
        return transactions.deserialize(1, HexFormat.of().parseHex("000500000000000000060005702d302d31"));
    }
}
