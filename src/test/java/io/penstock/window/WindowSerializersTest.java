/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Delivery.Placed;
import io.penstock.record.Delivery.Refused;
import io.penstock.record.DeliverySerializer;
import io.penstock.record.PassMark;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of everything that windows keep in checkpoints, for ever. */
class WindowSerializersTest {
    private record Golden<T>(String name, TypeSerializer<T> serializer, T value, String hex) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Golden<?>> golden() {
        WindowDelta delta = new WindowDelta();
        byte[] document = Changes.bson("{\"_id\": 1, \"v\": \"a\"}");
        delta.add(
                Changes.of(Op.CREATE, Vectors.NS, Changes.bson("{\"_id\": 1}"), Version.event(5L << 32 | 1), document));
        Artifact file = new Artifact("f", Vectors.NS, 5, "a/b", 6, 7, new byte[] {8}, null);
        Artifact letter = Artifact.ofLetter(
                "f", Vectors.NS, 5, new Refused(Vectors.NS, 5, "{}", Version.event(6), 7, "aa", null), new byte[] {8});
        return Stream.of(
                new Golden<>(
                        "delta",
                        WindowDeltaSerializer.INSTANCE,
                        delta,
                        "01000102d7000000000000000191a85ed8d4ba57ffcd3297cf325e7b1260f268df628fb66bdd91d84d16b5677a00000000000000000000000000000001000000000000000000000000000000000000000109488a996cd465e2"),
                new Golden<>(
                        "changed",
                        WindowInputSerializer.INSTANCE,
                        new WindowInput.Changed(Vectors.NS, 5, new WindowDelta()),
                        "01020467656f076369746965730000000000000005010000000000000000000000000000000000000000000000000000000000000000000000000000"),
                new Golden<>(
                        "marked",
                        WindowInputSerializer.INSTANCE,
                        new WindowInput.Marked(PassMark.read(Vectors.NS, 2, 3, 4)),
                        "0101010467656f076369746965730200000002000000000000000301000000000000000402"),
                new Golden<>(
                        "announced",
                        WindowInputSerializer.INSTANCE,
                        new WindowInput.Announced(file),
                        "01030202660467656f07636974696573000000000000000504612f62000000000000000600000000000000070000000108ffffffff00"),
                new Golden<>(
                        "passed",
                        WindowOutputSerializer.INSTANCE,
                        new WindowOutput.Passed(file),
                        "01010202660467656f07636974696573000000000000000504612f62000000000000000600000000000000070000000108ffffffff00"),
                new Golden<>(
                        "sealed",
                        WindowOutputSerializer.INSTANCE,
                        new WindowOutput.Sealed(2, Vectors.NS, 5, 7, 6, new byte[] {'{', '}'}),
                        "0104000000020467656f07636974696573000000000000000500000000000000070000000000000006000000027b7d"),
                new Golden<>(
                        "rooted",
                        WindowOutputSerializer.INSTANCE,
                        new WindowOutput.Rooted(2, 5, 7, 6, new byte[] {'{', '}'}),
                        "010500000002000000000000000500000000000000070000000000000006000000027b7d"),
                new Golden<>(
                        "root chain",
                        RootChain.Serializer.INSTANCE,
                        new RootChain(2, 5, "ab", "{}"),
                        "01000000020000000000000005036162037b7d"),
                new Golden<>(
                        "receipted",
                        WindowOutputSerializer.INSTANCE,
                        new WindowOutput.Receipted(2, Vectors.NS, 5, "k", new byte[] {'{', '}'}),
                        "0103000000020467656f076369746965730000000000000005026b000000027b7d"),
                new Golden<>(
                        "delivery",
                        DeliverySerializer.INSTANCE,
                        new Placed(Vectors.NS, 5, "t", 1, 2, 3, 4, "p-0-1"),
                        "02010467656f07636974696573000000000000000502740000000100000000000000020000000000000003000000000000000406702d302d31"),
                new Golden<>(
                        "delivery of several transactions",
                        DeliverySerializer.INSTANCE,
                        new Placed(Vectors.NS, 5, "t", 1, 2, 3, 4, null),
                        "02010467656f07636974696573000000000000000502740000000100000000000000020000000000000003000000000000000400"),
                new Golden<>(
                        "delivery of a refused change",
                        DeliverySerializer.INSTANCE,
                        new Refused(Vectors.NS, 5, "{\"_id\":7}", Version.event(3), 1, "ab", null),
                        "02020467656f0763697469657300000000000000050a7b225f6964223a377d010000000000000003000000000103616200"),
                new Golden<>(
                        "delivery of a refused delete",
                        DeliverySerializer.INSTANCE,
                        new Refused(Vectors.NS, 5, "{\"_id\":7}", Version.event(3), 1, null, "cd"),
                        "02020467656f0763697469657300000000000000050a7b225f6964223a377d010000000000000003000000000100036364"),
                new Golden<>(
                        "letter",
                        ArtifactSerializer.INSTANCE,
                        letter,
                        "0202660467656f0763697469657300000000000000050000000000000000000000000000000000ffffffff00000001080102020467656f076369746965730000000000000005037b7d010000000000000006000000000703616100"),
                new Golden<>(
                        "artifact",
                        ArtifactSerializer.INSTANCE,
                        file,
                        "0202660467656f07636974696573000000000000000504612f62000000000000000600000000000000070000000108ffffffff00"),
                new Golden<>(
                        "chain",
                        Chain.Serializer.INSTANCE,
                        new Chain(6, 5, "ab", 2, new Passes(List.of(new Passes.Pass(7, 8))), List.of(new Gap(9, 10))),
                        "0200000000000000060000000000000005036162000000020000000100000000000000070000000000000008"
                                + "000000010000000000000009000000000000000a"),
                new Golden<>(
                        "chain before the first window",
                        Chain.Serializer.INSTANCE,
                        Chain.EMPTY,
                        "028000000000000000800000000000000000000000010000000000000000"),
                new Golden<>(
                        "beginning",
                        Beginning.Serializer.INSTANCE,
                        new Beginning(1, 2, 3, 4, List.of(new Gap(5, 6)), 7),
                        "03000000000000000100000000000000020000000300000004"
                                + "00000001000000000000000500000000000000060000000000000007"));
    }

    @Test
    void anArtifactThatFormat1WroteIsRead() throws Exception {
        String format1 =
                "0102660467656f07636974696573000000000000000504612f62000000000000000600000000000000070000000108ffffffff";
        Artifact read = ArtifactSerializer.INSTANCE.deserialize(
                new DataInputDeserializer(HexFormat.of().parseHex(format1)));
        assertThat(hex(ArtifactSerializer.INSTANCE, read)).isEqualTo("02" + format1.substring(2) + "00");
    }

    @ParameterizedTest
    @MethodSource("golden")
    <T> void theBytesArePinned(Golden<T> golden) throws Exception {
        assertThat(hex(golden.serializer, golden.value)).isEqualTo(golden.hex);
        T read = golden.serializer.deserialize(
                new DataInputDeserializer(HexFormat.of().parseHex(golden.hex)));
        assertThat(hex(golden.serializer, read)).isEqualTo(golden.hex);
    }

    @Test
    void aManifestOfASingleWindowInItsFirstFormIsRead() throws Exception {
        WindowOutput read = WindowOutputSerializer.INSTANCE.deserialize(new DataInputDeserializer(
                HexFormat.of().parseHex("0102000000020467656f076369746965730000000000000005000000027b7d")));
        assertThat(read)
                .usingRecursiveComparison()
                .isEqualTo(new WindowOutput.Sealed(2, Vectors.NS, 5, 5, 4, new byte[] {'{', '}'}));
    }

    @ParameterizedTest
    @MethodSource("golden")
    <T> void theSerializerIsFoundAgainFromItsSnapshot(Golden<T> golden) throws Exception {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(out, golden.serializer.snapshotConfiguration());
        TypeSerializerSnapshot<T> restored = TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
        assertThat(restored.restoreSerializer()).isEqualTo(golden.serializer);
    }

    @Test
    void whatWasWrittenBeforeGapsWereKeptIsRead() throws Exception {
        assertThat(read(
                        Chain.Serializer.INSTANCE,
                        "0100000000000000060000000000000005036162000000020000000100000000000000070000000000000008"))
                .isEqualTo(new Chain(6, 5, "ab", 2, new Passes(List.of(new Passes.Pass(7, 8))), List.of()));
        assertThat(read(Beginning.Serializer.INSTANCE, "01000000000000000100000000000000020000000300000004"))
                .isEqualTo(new Beginning(1, 2, 3, 4, List.of(), 0));
    }

    @Test
    void whatWasWrittenBeforeCheckpointsCouldBeLostIsRead() throws Exception {
        assertThat(read(
                        Beginning.Serializer.INSTANCE,
                        "02000000000000000100000000000000020000000300000004"
                                + "0000000100000000000000050000000000000006"))
                .isEqualTo(new Beginning(1, 2, 3, 4, List.of(new Gap(5, 6)), 0));
    }

    @Test
    void whatWasDeliveredBeforeChangesWereSetAsideIsRead() throws Exception {
        assertThat(
                        read(
                                DeliverySerializer.INSTANCE,
                                "010467656f07636974696573000000000000000502740000000100000000000000020000000000000003000000000000000406702d302d31"))
                .isEqualTo(new Placed(Vectors.NS, 5, "t", 1, 2, 3, 4, "p-0-1"));
    }

    private static <T> T read(TypeSerializer<T> serializer, String hex) throws Exception {
        return serializer.deserialize(new DataInputDeserializer(HexFormat.of().parseHex(hex)));
    }

    private static <T> String hex(TypeSerializer<T> serializer, T value) throws Exception {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return HexFormat.of().formatHex(out.getCopyOfBuffer());
    }
}
