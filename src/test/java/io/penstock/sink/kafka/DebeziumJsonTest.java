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
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.spec.KafkaSinkSpec.Format;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.formats.common.TimestampFormat;
import org.apache.flink.formats.json.debezium.DebeziumJsonDeserializationSchema;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

class DebeziumJsonTest {
    private static final byte[] OSLO = bson("{_id: 7, name: 'Oslo \"\\u2028\"', population: {$numberLong: '580000'}}");
    private static final byte[] OSLO_GROWN = bson("{_id: 7, name: 'Oslo', population: {$numberLong: '717710'}}");
    private static final Version ROW = Version.row(0x68E77800_00000002L);
    private static final Version EVENT = Version.event(0x68E77801_00000001L);

    private final MessageFormat format = MessageFormat.of(Format.DEBEZIUM_JSON);

    @Test
    void isPinned() {
        assertThat(text(Changes.change(Op.UPDATE, CITIES, EVENT, OSLO_GROWN, OSLO)))
                .isEqualTo("{\"before\":{\"_id\":7,\"name\":\"Oslo \\\"\\u2028\\\"\",\"population\":580000},"
                        + "\"after\":{\"_id\":7,\"name\":\"Oslo\",\"population\":717710},"
                        + "\"source\":{\"connector\":\"penstock\",\"db\":\"geo\",\"collection\":\"cities\",\"ts_ms\":1760000001000,"
                        + "\"key\":{\"_id\":7},\"version\":\"68E7780100000001\",\"revision\":0,\"epoch\":1,\"window\":29333333,"
                        + "\"exportVersion\":\"5e1f00d5\",\"shape\":\"c9619a958d9e4080\",\"rowHash\":\"74ea4e4143fc33bd5bb1181c010920e9a6a07b2713567d5facc3e734a47df9a6\"},"
                        + "\"op\":\"u\",\"ts_ms\":1760000001000}");
    }

    @Test
    void aDeleteHasTheImageBeforeAndNoLineageOfItsOwn() {
        assertThat(text(Changes.change(Op.DELETE, CITIES, EVENT, null, OSLO_GROWN)))
                .isEqualTo("{\"before\":{\"_id\":7,\"name\":\"Oslo\",\"population\":717710},\"after\":null,"
                        + "\"source\":{\"connector\":\"penstock\",\"db\":\"geo\",\"collection\":\"cities\",\"ts_ms\":1760000001000,"
                        + "\"key\":{\"_id\":7},\"version\":\"68E7780100000001\",\"revision\":0,\"epoch\":1,\"window\":29333333,"
                        + "\"exportVersion\":\"5e1f00d5\",\"shape\":null,\"rowHash\":null},"
                        + "\"op\":\"d\",\"ts_ms\":1760000001000}");
    }

    @Test
    void namesOfCollectionsAreEscaped() {
        Namespace odd = new Namespace("geo", "quo\"ted\n");
        assertThat(text(Changes.change(Op.READ, odd, ROW, OSLO, null)))
                .contains("\"db\":\"geo\",\"collection\":\"quo\\\"ted\\n\",")
                .contains("\"op\":\"r\"");
    }

    @Test
    void flinksOwnReaderMakesTheChangelogOfIt() throws Exception {
        var reader = new DebeziumJsonDeserializationSchema(
                DataTypes.ROW(
                        DataTypes.FIELD("_id", DataTypes.INT()),
                        DataTypes.FIELD("name", DataTypes.STRING()),
                        DataTypes.FIELD("population", DataTypes.BIGINT())),
                List.of(),
                TypeInformation.of(RowData.class),
                false,
                false,
                TimestampFormat.ISO_8601);
        reader.open(null);
        List<RowData> rows = new ArrayList<>();
        for (ChangeRecord change : List.of(
                Changes.change(Op.READ, CITIES, ROW, OSLO, null),
                Changes.change(Op.UPDATE, CITIES, EVENT, OSLO_GROWN, OSLO),
                Changes.change(Op.DELETE, CITIES, EVENT, null, OSLO_GROWN))) {
            reader.deserialize(format.value(change), new ListCollector<>(rows));
        }
        assertThat(rows.stream().map(row -> row.getRowKind().shortString() + row.getInt(0) + "," + row.getLong(2)))
                .containsExactly("+I7,580000", "-U7,580000", "+U7,717710", "-D7,717710");
        assertThat(rows.get(0).getString(1)).hasToString("Oslo \"\u2028\"");
        assertThat(rows.get(3).getRowKind()).isEqualTo(RowKind.DELETE);
    }

    private String text(ChangeRecord change) {
        return new String(format.value(change), UTF_8);
    }
}
