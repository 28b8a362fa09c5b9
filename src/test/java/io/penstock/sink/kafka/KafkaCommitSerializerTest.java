/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.DeadLetter;
import io.penstock.record.Delivery;
import io.penstock.record.Delivery.Placed;
import io.penstock.record.Delivery.Refused;
import io.penstock.record.LetterEvent;
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

    private static final String VERSION_3 =
            "0100000005702d302d3100000000000000290000000000000007000000103030303030303031303030303030303000000011363845373738303130303030303030317e000000066369746965730000000200000000000000110000000100000011000500000000000000060005702d302d310000000102010467656f076369746965730000000001b0551607636974696573000000020000000000000011000000000000001e000000000000000706702d302d310000000201022130613061306130613061306130613061306130613061306130613061306130610103213062306230623062306230623062306230623062306230623062306230623062";

    private static final String LETTERS_ONLY =
            "0000000000000000290000000102020467656f076369746965730000000001b055160a7b225f6964223a317d010000000100000001000000000003616200000000010101066b61666b6102010467656f0763697469657301b5c10000001212000000125f6964000100000000000000000000000e0e000000105f69640001000000000168e778000000000200000000000000002828000000105f69640001000000026e616d650009000000cea96d656761203100106e000100000000ffffffff000000010000000001bf9755e2ea1d80adf00d9609356531663030643500000020d5ed39c958a931e389eadcfd9ad919964c54a963b4503d8ecdb0845b44392184ffffffff00000f5265636f7264546f6f4c6172676506776f72647300000001";

    private static final Placed PLACED =
            new Placed(new Namespace("geo", "cities"), 28333334, "cities", 2, 17, 30, 7, "p-0-1");
    private static final List<LetterEvent> LETTERS =
            List.of(new LetterEvent.Replayed("0a".repeat(16)), new LetterEvent.Superseded("0b".repeat(16)));

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
    void version2IsReadBackWithoutLetters() throws Exception {
        assertThat(serializer.deserialize(2, HexFormat.of().parseHex(VERSION_2)))
                .isEqualTo(commit(Version.row(0x68E77801_00000001L), PLACED));
    }

    @Test
    void version3IsPinnedAndReadBack() throws Exception {
        KafkaCommit commit = new KafkaCommit(
                transaction(),
                "p-0-1",
                41,
                7,
                Version.event(1L << 32),
                Version.row(0x68E77801_00000001L),
                new Witness("cities", 2, 17),
                List.of(PLACED),
                LETTERS);
        assertThat(HexFormat.of().formatHex(serializer.serialize(commit))).isEqualTo(VERSION_3);
        assertThat(serializer.deserialize(3, HexFormat.of().parseHex(VERSION_3)))
                .isEqualTo(commit);
    }

    @Test
    void lettersWithoutATransactionArePinnedAndReadBack() throws Exception {
        Delivery refused =
                new Refused(PLACED.namespace(), 28333334, "{\"_id\":1}", Version.event(1L << 32 | 1), 0, "ab", null);
        LetterEvent letter = new LetterEvent.Refused(
                new DeadLetter("kafka", Changes.nth(1, 5), DeadLetter.Reason.TOO_LARGE, "RecordTooLarge", "words", 1));
        KafkaCommit commit = KafkaCommit.ofLetters(41, List.of(refused), List.of(letter));
        assertThat(HexFormat.of().formatHex(serializer.serialize(commit))).isEqualTo(LETTERS_ONLY);
        assertThat(serializer.deserialize(3, HexFormat.of().parseHex(LETTERS_ONLY)))
                .usingRecursiveComparison()
                .isEqualTo(commit);
    }

    @Test
    void aVersionMayBeLongerThanWriteUtfCanHold() throws Exception {
        KafkaCommit commit = commit(Version.inTransaction(1, new byte[100_000]));
        assertThat(serializer.deserialize(3, serializer.serialize(commit))).isEqualTo(commit);
    }

    @Test
    void anUnknownVersionIsRefused() {
        assertThatThrownBy(() -> serializer.deserialize(4, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 4");
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
                List.of(deliveries),
                List.of());
    }

    /** Epoch 5, producer id 6, name p-0-1. */
    private Object transaction() throws IOException {
        return transactions.deserialize(1, HexFormat.of().parseHex("000500000000000000060005702d302d31"));
    }
}
