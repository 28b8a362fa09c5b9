/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import static io.penstock.record.KeyTest.bson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** State is for ever: what format 1 wrote is read back from these bytes, whatever is written later. */
class SerializersTest {
    private static final Namespace NS = new Namespace("geo", "cities.de");
    private static final byte[] DOC = bson("{_id: 1, a: 'x'}");
    private static final Key KEY = Key.of(DOC);
    private static final long T = 0x68000000_00000005L;

    private static final ChangeRecord CHANGE = new ChangeRecord(
            ChangeRecord.Op.UPDATE,
            NS,
            KEY,
            bson("{_id: 1}"),
            Version.event(T),
            0,
            DOC,
            null,
            1,
            7,
            Shape.fingerprint(DOC),
            "1f",
            RowHash.of(NS, KEY, DOC),
            null);
    private static final DeadLetter LETTER =
            new DeadLetter("jdbc", CHANGE, DeadLetter.Reason.INVALID, "23514", "no", 1);

    private static final String CHANGE_1 =
            "01020467656f0a6369746965732e646501b5c10000001212000000125f6964000100000000000000000000000e"
                    + "0e000000105f696400010000000001680000000000000500000000000000001717000000105f69640001000000"
                    + "02610002000000780000ffffffff000000010000000000000007ce064f08d99db09b0331660000002017428eda"
                    + "f95688a339823abd5a328fa2dd3c793158a9ded492adf9be6ad0e4acffffffff";
    private static final String CHANGE_2 = "02" + CHANGE_1.substring(2);
    private static final String LETTER_1 =
            "056a646263" + CHANGE_2 + "00" + "02" + "063233353134" + "036e6f" + "00000001";

    private record Golden<T>(String name, TypeSerializer<T> serializer, T value, String hex) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Golden<?>[] golden() {
        return new Golden<?>[] {
            new Golden<>("key", KeySerializer.INSTANCE, KEY, "01b5c10000001212000000125f696400010000000000000000"),
            new Golden<>("event", VersionSerializer.INSTANCE, Version.event(T), "01680000000000000500"),
            new Golden<>("row", VersionSerializer.INSTANCE, Version.row(T), "01680000000000000502"),
            new Golden<>(
                    "inTransaction",
                    VersionSerializer.INSTANCE,
                    Version.inTransaction(T, new byte[] {0x2B, 2}),
                    "01680000000000000501000000022b02"),
            new Golden<>("cell", CellSerializer.INSTANCE, new Cell(NS, 65535), "010467656f0a6369746965732e6465ffff"),
            new Golden<>(
                    "snapshotRow",
                    SourceRecordSerializer.INSTANCE,
                    new SnapshotRow(NS, KEY, Version.row(T), T - 1, 1, DOC),
                    "01010467656f0a6369746965732e6465016800000000000005020000000101b5c10000001212000000125f6964"
                            + "0001000000000000000068000000000000040000001717000000105f6964000100000002610002000000780000"),
            new Golden<>(
                    "changeEvent",
                    SourceRecordSerializer.INSTANCE,
                    new ChangeEvent(
                            NS,
                            KEY,
                            Version.event(T),
                            ChangeEvent.Kind.UPDATE,
                            1,
                            T - 1,
                            bson("{_id: 1}"),
                            null,
                            bson("{updatedFields: {}}")),
                    "01020467656f0a6369746965732e6465016800000000000005000000000101b5c10000001212000000125f6964"
                            + "000100000000000000000168000000000000040000000e0e000000105f6964000100000000ffffffff00000019"
                            + "1900000003757064617465644669656c647300050000000000"),
            new Golden<>(
                    "floor",
                    SourceRecordSerializer.INSTANCE,
                    new Floor(NS, 65535, Version.event(T), 2),
                    "01030467656f0a6369746965732e64650168000000000000050000000002ffff"),
            new Golden<>(
                    "mark",
                    SourceRecordSerializer.INSTANCE,
                    PassMark.read(NS, 2, T, T + 1),
                    "0104010467656f0a6369746965732e64650200000002680000000000000501680000000000000602"),
            new Golden<>(
                    "lost",
                    SourceRecordSerializer.INSTANCE,
                    PassMark.lost(NS, 2, T, T + 9),
                    "0104010467656f0a6369746965732e64650400000002680000000000000e01680000000000000500"),
            new Golden<>(
                    "ghostSweep",
                    SourceRecordSerializer.INSTANCE,
                    new GhostSweep(NS, 65535, Version.row(T), 2),
                    "01050467656f0a6369746965732e646501680000000000000502" + "00000002ffff"),
            new Golden<>("change", ChangeRecordSerializer.INSTANCE, CHANGE, CHANGE_2 + "00"),
            new Golden<>(
                    "replayed change",
                    ChangeRecordSerializer.INSTANCE,
                    CHANGE.with(new ChangeRecord.Replay("jdbc", "a1", 2, true)),
                    CHANGE_2 + "01056a6462630361310000000201"),
            new Golden<>(
                    "replay request", SourceRecordSerializer.INSTANCE, new ReplayRequest(LETTER), "0106" + LETTER_1),
            new Golden<>("refused", LetterEventSerializer.INSTANCE, new LetterEvent.Refused(LETTER), "0101" + LETTER_1),
            new Golden<>("replayed", LetterEventSerializer.INSTANCE, new LetterEvent.Replayed("a1"), "0102036131"),
            new Golden<>("superseded", LetterEventSerializer.INSTANCE, new LetterEvent.Superseded("a1"), "0103036131"),
        };
    }

    @ParameterizedTest
    @MethodSource("golden")
    <T> void writesThePinnedBytesAndReadsThemBack(Golden<T> golden) throws IOException {
        String written = HexFormat.of().formatHex(write(golden.serializer, golden.value));
        assertThat(written).isEqualTo(golden.hex);
        T read = golden.serializer.deserialize(
                new DataInputDeserializer(HexFormat.of().parseHex(golden.hex)));
        assertThat(HexFormat.of().formatHex(write(golden.serializer, read))).isEqualTo(golden.hex);
        assertThat(read.toString().replaceAll("@[0-9a-f]+", ""))
                .isEqualTo(golden.value.toString().replaceAll("@[0-9a-f]+", ""));
    }

    @ParameterizedTest
    @MethodSource("golden")
    <T> void theSerializerIsFoundAgainFromItsSnapshot(Golden<T> golden) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(out, golden.serializer.snapshotConfiguration());
        TypeSerializerSnapshot<T> restored = TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
        assertThat(restored.restoreSerializer()).isEqualTo(golden.serializer);
        assertThat(golden.serializer
                        .snapshotConfiguration()
                        .resolveSchemaCompatibility(restored)
                        .isCompatibleAsIs())
                .isTrue();
    }

    @Test
    void aChangeThatFormat1WroteIsRead() throws IOException {
        ChangeRecord read = ChangeRecordSerializer.INSTANCE.deserialize(
                new DataInputDeserializer(HexFormat.of().parseHex(CHANGE_1)));
        assertThat(read.replay()).isNull();
        assertThat(HexFormat.of().formatHex(write(ChangeRecordSerializer.INSTANCE, read)))
                .isEqualTo(CHANGE_2 + "00");
    }

    @Test
    void aNewerFormatIsRefusedInWords() {
        assertThatThrownBy(() -> KeySerializer.INSTANCE.deserialize(new DataInputDeserializer(new byte[] {9})))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("written by a newer Penstock");
    }

    private static <T> byte[] write(TypeSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return out.getCopyOfBuffer();
    }
}
