/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static io.penstock.reconcile.Scene.bson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.Key;
import io.penstock.record.Version;
import io.penstock.spec.ReconcileSpec.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** State is for ever: what format 1 wrote is read back from these bytes, whatever is written later. */
class StateFormatsTest {
    private static final long T = 0x68000000_00000005L;
    private static final byte[] HASH =
            HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    private static final Version IN_TRANSACTION = Version.inTransaction(T, new byte[] {0x2B, 2});

    private record Golden<T>(String name, TypeSerializer<T> serializer, T value, String hex) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Golden<?>> golden() {
        byte[] id = bson("{_id: 1}");
        return Stream.of(
                new Golden<>(
                        "meta",
                        MetaSerializer.INSTANCE,
                        new Meta(Version.event(T), 3, HASH, 0x1122334455667788L, id, false, false, false),
                        "013800000003112233445566778801680000000000000500000102030405060708090a0b0c0d0e0f1011121314"
                                + "15161718191a1b1c1d1e1f0000000e0e000000105f6964000100000000"),
                new Golden<>(
                        "tombstone",
                        MetaSerializer.INSTANCE,
                        new Meta(IN_TRANSACTION, 3, null, 7, null, true, false, true),
                        "010d00000003000000000000000701680000000000000501000000022b02"),
                new Golden<>(
                        "superseded",
                        MetaSerializer.INSTANCE,
                        new Meta(Version.row(T), 3, HASH, 7, null, false, true, false),
                        "011a00000003000000000000000701680000000000000502000102030405060708090a0b0c0d0e0f1011121314"
                                + "15161718191a1b1c1d1e1f"),
                new Golden<>("onlyWaiting", MetaSerializer.INSTANCE, Meta.ONLY_WAITING, "0104000000000000000000000000"),
                new Golden<>(
                        "waiting",
                        WaitingSerializer.INSTANCE,
                        new Waiting(2, 300, Version.event(T), true, Version.row(T), T - 1, 1_744_830_464_000L),
                        "010700000002000000000000012c00000196400000006800000000000004016800000000000005000168000000"
                                + "0000000502"),
                new Golden<>(
                        "waitingForARow",
                        WaitingSerializer.INSTANCE,
                        Waiting.until(9),
                        "010000000000000000000000000000000000000000090000000000000000"),
                new Golden<>(
                        "slot",
                        SlotSerializer.INSTANCE,
                        new Slot(Key.of(id), 7),
                        "0101b5c10000001212000000125f69640001000000000000000000000007"),
                new Golden<>("image", ImageSerializer.INSTANCE, id, "010000000e0e000000105f6964000100000000"));
    }

    @ParameterizedTest
    @MethodSource("golden")
    <T> void formatOneIsReadAndWritten(Golden<T> golden) throws IOException {
        byte[] written = write(golden.serializer(), golden.value());
        assertThat(HexFormat.of().formatHex(written)).isEqualTo(golden.hex());
        T read = golden.serializer().deserialize(new DataInputDeserializer(written));
        assertThat(read).usingRecursiveComparison().isEqualTo(golden.value());
    }

    @ParameterizedTest
    @MethodSource("golden")
    <T> void aNewerFormatIsRefusedWithAMessage(Golden<T> golden) throws IOException {
        byte[] newer = write(golden.serializer(), golden.value());
        newer[0] = 2;
        assertThatThrownBy(() -> golden.serializer().deserialize(new DataInputDeserializer(newer)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("newer Penstock");
    }

    @ParameterizedTest
    @MethodSource("golden")
    <T> void flinkFindsTheSerializerAgain(Golden<T> golden) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(
                out, golden.serializer().snapshotConfiguration());
        TypeSerializerSnapshot<T> snapshot = TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
        assertThat(snapshot.restoreSerializer())
                .isInstanceOf(golden.serializer().getClass());
    }

    @Test
    void theNamesThatStateIsFoundByAreFixed() {
        assertThat(Stream.of(
                                Names.META,
                                Names.IMAGE,
                                Names.WAITING,
                                Names.PENDING,
                                Names.TOMBSTONES,
                                Names.FLOOR,
                                Names.GHOSTS)
                        .map(descriptor -> descriptor.getName()))
                .containsExactly("meta", "image", "waiting", "pending", "tombstones", "floor", "ghosts");
        assertThat(Names.UID).isEqualTo("reconcile");
        assertThat(Names.TIMERS).isEqualTo("reconcile-timers");
    }

    @Test
    void aDocumentsMetaTakesAboutSixtyBytes() throws IOException {
        Meta usual = new Meta(Version.event(T), 1, HASH, 7, null, false, false, false);
        assertThat(write(MetaSerializer.INSTANCE, usual)).hasSizeLessThanOrEqualTo(60);
    }

    @Test
    void theExportVersionDependsOnWhatDecidesTheOutputAlone() {
        assertThat(ExportVersion.of(Mode.IMAGES, Duration.ofMinutes(1))).isEqualTo("163d79794c206cb8");
        assertThat(ExportVersion.of(Mode.IMAGES, Duration.ofMillis(60_000)))
                .isEqualTo(ExportVersion.of(Mode.IMAGES, Duration.ofMinutes(1)));
        assertThat(ExportVersion.of(Mode.VERSIONS, Duration.ofMinutes(1)))
                .isNotEqualTo(ExportVersion.of(Mode.IMAGES, Duration.ofMinutes(1)));
        assertThat(ExportVersion.of(Mode.IMAGES, Duration.ofMinutes(2)))
                .isNotEqualTo(ExportVersion.of(Mode.IMAGES, Duration.ofMinutes(1)));
    }

    private static <T> byte[] write(TypeSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return out.getCopyOfBuffer();
    }
}
