/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static io.penstock.sink.kafka.Changes.CITIES;
import static io.penstock.sink.kafka.Changes.bson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Version;
import io.penstock.sink.ChangeDecoder;
import io.penstock.spec.KafkaSinkSpec.Format;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageFormatTest {
    private static final byte[] OSLO = bson("{_id: 7, population: {$numberLong: '580000'}}");
    private static final Version VERSION = Version.event(0x68E77801_00000001L);
    private static final ChangeRecord CREATED = Changes.change(Op.CREATE, CITIES, VERSION, OSLO, null);
    private static final ChangeRecord DELETED = Changes.change(Op.DELETE, CITIES, VERSION, null, OSLO);

    @Test
    void jsonIsPinned() {
        assertThat(new String(MessageFormat.of(Format.JSON).value(CREATED), UTF_8))
                .isEqualTo(
                        "{\"op\":\"c\",\"ns\":\"geo.cities\",\"key\":{\"_id\":7},\"version\":\"68E7780100000001\",\"revision\":0,"
                                + "\"doc\":{\"_id\":7,\"population\":580000},\"epoch\":1,\"window\":29333333,"
                                + "\"shape\":\"a1732afbd12741af\",\"exportVersion\":\"5e1f00d5\","
                                + "\"rowHash\":\"585cc51a20598c29c25f22029324942e5d173cc2ec3d62b8e458863595f108d2\",\"ts\":\"2025-10-09T08:53:21Z\"}");
    }

    @Test
    void bsonIsPinned() {
        assertThat(HexFormat.of().formatHex(MessageFormat.of(Format.BSON).value(CREATED)))
                .isEqualTo(
                        "15010000026f7000020000006300026e73000b00000067656f2e63697469657300036b6579000e000000105f69640007000000000276657273696f6e00110000003638453737383031303030303030303100107265766973696f6e000000000003646f630022000000105f6964000700000012706f70756c6174696f6e00a0d9080000000000001065706f636800010000001277696e646f77005597bf010000000002736861706500110000006131373332616662643132373431616600026578706f727456657273696f6e000900000035653166303064350005726f7748617368002000000000585cc51a20598c29c25f22029324942e5d173cc2ec3d62b8e458863595f108d209747300e8c32cc89901000000");
    }

    @Test
    void aDeleteIsATombstoneInJsonAndAnEnvelopeInBson() {
        assertThat(MessageFormat.of(Format.JSON).value(DELETED)).isNull();
        ChangeRecord read = ChangeDecoder.bson(MessageFormat.of(Format.BSON).value(DELETED));
        assertThat(read.op()).isEqualTo(Op.DELETE);
        assertThat(read.version()).isEqualTo(VERSION);
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void numericallyEqualIdsHaveOneKeyInEveryFormat(Format format) {
        Stream.of("7", "7.0", "{$numberLong: '7'}", "{$numberDecimal: '7.00'}").forEach(id -> {
            byte[] document = bson("{_id: " + id + "}");
            byte[] key = MessageFormat.of(format).key(Changes.change(Op.CREATE, CITIES, VERSION, document, null));
            assertThat(new String(key, UTF_8)).isEqualTo("{\"_id\":7}");
        });
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void aHugeDocumentLeavesNothingBehind(Format format) {
        MessageFormat formats = MessageFormat.of(format);
        byte[] before = formats.value(CREATED);
        byte[] huge = bson("{_id: 1, text: '" + "x".repeat(3 << 20) + "'}");
        assertThat(formats.value(Changes.change(Op.CREATE, CITIES, VERSION, huge, null)))
                .hasSizeGreaterThan(3 << 20);
        assertThat(formats.value(CREATED)).isEqualTo(before);
    }
}
