/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.sink.Bytes;
import io.penstock.sink.Changes;
import io.penstock.sink.columns.FieldPath;
import io.penstock.sink.columns.RowWriter;
import io.penstock.sink.columns.TextForms;
import io.penstock.spec.JdbcColumnSpec.Type;
import io.penstock.spec.UnfitPolicy;
import java.util.List;
import java.util.Locale;
import org.bson.BsonDocument;
import org.bson.BsonUndefined;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of docs/jdbc.md. An empty last column: the type cannot hold the value. */
class SqlTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    boolean     | true                                       | t
                    boolean     | 1                                          |
                    boolean     | 'true'                                     |
                    integer     | -7                                         | -7
                    integer     | {$numberLong: '2147483647'}                | 2147483647
                    integer     | {$numberLong: '2147483648'}                |
                    integer     | {$numberDouble: '-0.0'}                    | 0
                    integer     | 1.5                                        |
                    bigint      | {$numberDouble: '9007199254740994'}        | 9007199254740994
                    bigint      | {$numberDouble: '9223372036854775808'}     |
                    bigint      | {$numberDouble: 'NaN'}                     |
                    bigint      | {$numberDecimal: '9223372036854775807.00'} | 9223372036854775807
                    bigint      | {$numberDecimal: '9223372036854775808'}    |
                    bigint      | {$numberDecimal: '1E+6000'}                |
                    bigint      | {$numberDecimal: '1E-6000'}                |
                    bigint      | {$numberDecimal: '-0E+3'}                  | 0
                    bigint      | {$date: {$numberLong: '1'}}                |
                    bigint      | '7'                                        |
                    double      | 7                                          | 7
                    double      | 0.1                                        | 0.1
                    double      | {$numberDouble: 'Infinity'}                | Infinity
                    double      | {$numberLong: '9007199254740993'}          |
                    double      | {$numberLong: '9223372036854775807'}       |
                    double      | {$numberLong: '-9223372036854775808'}      | -9223372036854775808
                    double      | {$numberDecimal: '0.5'}                    | 0.5
                    double      | {$numberDecimal: '0.1'}                    |
                    double      | {$numberDecimal: 'NaN'}                    |
                    numeric     | {$numberDecimal: '1.50'}                   | 1.50
                    numeric     | {$numberDecimal: '-9.99E+6111'}            | -9.99E+6111
                    numeric     | {$numberDecimal: 'Infinity'}               |
                    numeric     | 0.1                                        | 0.1
                    numeric     | {$numberDouble: 'NaN'}                     |
                    numeric     | 'x'                                        |
                    text        | 'Ωmega'                                    | Ωmega
                    text        | 7                                          | 7
                    text        | 1.5                                        | 1.5
                    text        | true                                       | true
                    text        | {$numberDecimal: '1.50'}                   | 1.50
                    text        | {$oid: '5f1d2c3b4a59687766554433'}         | 5f1d2c3b4a59687766554433
                    text        | {$date: {$numberLong: '0'}}                | 1970-01-01T00:00:00Z
                    text        | {$date: {$numberLong: '-99999999999999999'}} | {"$date":{"$numberLong":"-99999999999999999"}}
                    text        | {$uuid: '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9'} | 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9
                    text        | {a: [1, null]}                             | {"a":[1,null]}
                    text        | {$minKey: 1}                               | {"$minKey":1}
                    text        | 'a\\u0000b'                                |
                    timestamptz | {$date: {$numberLong: '253402300799999'}}  | 9999-12-31T23:59:59.999Z
                    timestamptz | {$date: {$numberLong: '253402300800000'}}  |
                    timestamptz | {$date: {$numberLong: '-62135596800000'}}  | 0001-01-01T00:00:00Z
                    timestamptz | {$date: {$numberLong: '-62135596800001'}}  |
                    timestamptz | {$timestamp: {t: 1, i: 1}}                 |
                    timestamptz | '2026-01-01'                               |
                    bytea       | {$binary: {base64: 'AP8=', subType: '00'}} | \\x00ff
                    bytea       | {$binary: {base64: 'AP8=', subType: '02'}} | \\x00ff
                    bytea       | {$oid: '5f1d2c3b4a59687766554433'}         | \\x5f1d2c3b4a59687766554433
                    bytea       | 'AP8='                                     |
                    uuid        | {$uuid: '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9'} | 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9
                    uuid        | {$binary: {base64: 'AP8=', subType: '04'}} |
                    uuid        | '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9'     |
                    json        | 'a\\u0000b'                                | "a\\u0000b"
                    jsonb       | 'a\\u0000b'                                |
                    jsonb       | 'a\\\\u0000b'                              | "a\\\\u0000b"
                    jsonb       | [{b: {$numberLong: '5'}}]                  | [{"b":5}]
                    jsonb       | 'x'                                        | "x"
                    """)
    void aTypeHoldsAValueWithoutLossOrNotAtAll(String type, String value, String expected) {
        Bytes out = new Bytes().ascii("before");
        boolean fits = write(type, Changes.bson("{v: " + value + "}"), out);
        String written = new String(out.toByteArray(), UTF_8);
        assertThat(fits).as(written).isEqualTo(expected != null);
        assertThat(written).isEqualTo("before" + (expected == null ? "" : expected));
    }

    @Test
    void nullAndUndefinedAreNull() {
        for (Type type : Type.values()) {
            Bytes out = new Bytes();
            assertThat(write(type.name(), Changes.bson(new BsonDocument("v", new BsonUndefined())), out))
                    .isTrue();
            assertThat(write(type.name(), Changes.bson("{v: null}"), out)).isTrue();
            assertThat(write(type.name(), Changes.bson("{w: 1}"), out)).isTrue();
            assertThat(new String(out.toByteArray(), UTF_8)).isEqualTo("\\N\\N\\N");
        }
    }

    @Test
    void aTextOfBytesThatAreNoUtf8IsReadAsDriversReadIt() {
        byte[] document = Changes.bson("{v: 'ab'}");
        document[11] = (byte) 0xFF;
        Bytes out = new Bytes();
        assertThat(write("text", document, out)).isTrue();
        assertThat(new String(out.toByteArray(), UTF_8)).isEqualTo("\uFFFDb");
    }

    /** Appends the text of field {@code v} for a column of the type; {@code \N} for null. False when it does not fit. */
    private static boolean write(String type, byte[] document, Bytes out) {
        Type known = Type.valueOf(type.toUpperCase(Locale.ROOT));
        int before = out.length();
        SqlText cell = new SqlText(known) {
            @Override
            void text(byte[] array, int offset, int length) {
                out.put(array, offset, length);
            }

            @Override
            public void none() {
                out.ascii("\\N");
            }
        };
        Column column = new Column("v", known, UnfitPolicy.TEXT, FieldPath.of("v"));
        Bytes unfit = new RowWriter(List.of(column.field(new TextForms()))).write(document, List.of(cell));
        if (unfit.length() > 0) {
            out.truncate(before);
        }
        return unfit.length() == 0;
    }
}
