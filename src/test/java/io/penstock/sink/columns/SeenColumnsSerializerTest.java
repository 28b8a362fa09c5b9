/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.Namespace;
import io.penstock.sink.columns.ColumnType.Kind;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class SeenColumnsSerializerTest {
    /** Never to be changed: savepoints hold it. */
    private static final String GOLDEN = "01" // format
            + "000367656f" // geo
            + "0006636974696573" // cities
            + "00000009"
            + "00026230" + "00"
            + "00026931" + "01"
            + "00026c32" + "02"
            + "00026433" + "03"
            + "00026e34" + "04"
            + "00027435" + "05"
            + "00027336" + "06"
            + "00027837" + "07"
            + "0003c3bc38" + "08";

    private static SeenColumns seen() {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        kinds.put("b0", Kind.BOOLEAN);
        kinds.put("i1", Kind.INT);
        kinds.put("l2", Kind.LONG);
        kinds.put("d3", Kind.DOUBLE);
        kinds.put("n4", Kind.DECIMAL);
        kinds.put("t5", Kind.TIMESTAMP);
        kinds.put("s6", Kind.STRING);
        kinds.put("x7", Kind.BINARY);
        kinds.put("ü8", Kind.JSON);
        return new SeenColumns(new Namespace("geo", "cities"), kinds);
    }

    @Test
    void the_bytes_are_those_of_format_1() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        SeenColumnsSerializer.INSTANCE.serialize(seen(), out);

        assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(GOLDEN);
    }

    @Test
    void format_1_is_read() throws IOException {
        SeenColumns read = read(GOLDEN);

        assertThat(read).isEqualTo(seen());
        assertThat(read.kinds().keySet())
                .containsExactlyElementsOf(seen().kinds().keySet());
    }

    @Test
    void a_kind_that_is_not_known_is_told() {
        assertThatThrownBy(() -> read("01" + "000367656f" + "0006636974696573" + "00000001" + "00026230" + "09"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no such kind of column: 9");
    }

    private static SeenColumns read(String hex) throws IOException {
        return SeenColumnsSerializer.INSTANCE.deserialize(
                new DataInputDeserializer(HexFormat.of().parseHex(hex)));
    }
}
