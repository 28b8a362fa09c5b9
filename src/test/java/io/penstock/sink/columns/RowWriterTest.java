/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.sink.Bytes;
import io.penstock.sink.Changes;
import io.penstock.spec.UnfitPolicy;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of docs/parquet.md, from BSON to columns. */
class RowWriterTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // column        | value                                        | cell
                "boolean         | true                                         | bool true",
                "boolean         | {\"$numberInt\":\"1\"}                       | unfit",
                "int             | {\"$numberInt\":\"-5\"}                      | int32 -5",
                "int             | {\"$numberLong\":\"2147483647\"}             | int32 2147483647",
                "int             | {\"$numberLong\":\"2147483648\"}             | unfit",
                "int             | {\"$numberDouble\":\"7.0\"}                  | int32 7",
                "int             | {\"$numberDouble\":\"7.5\"}                  | unfit",
                "int             | \"7\"                                        | unfit",
                "long            | {\"$numberInt\":\"-5\"}                      | int64 -5",
                "long            | {\"$numberLong\":\"9223372036854775807\"}    | int64 9223372036854775807",
                "long            | {\"$numberDouble\":\"9.223372036854775E18\"} | int64 9223372036854774784",
                "long            | {\"$numberDouble\":\"9.223372036854776E18\"} | unfit",
                "long            | {\"$numberDouble\":\"-9.223372036854775808E18\"} | int64 -9223372036854775808",
                "long            | {\"$numberDouble\":\"NaN\"}                  | unfit",
                "long            | {\"$numberDouble\":\"Infinity\"}             | unfit",
                "long            | {\"$numberDecimal\":\"12.00\"}               | int64 12",
                "long            | {\"$numberDecimal\":\"9223372036854775808\"} | unfit",
                "long            | {\"$numberDecimal\":\"-9223372036854775808\"} | int64 -9223372036854775808",
                "long            | {\"$numberDecimal\":\"1E+6000\"}             | unfit",
                "long            | {\"$numberDecimal\":\"NaN\"}                 | unfit",
                "double          | {\"$numberDouble\":\"-0.0\"}                 | float64 -0.0",
                "double          | {\"$numberDouble\":\"NaN\"}                  | float64 NaN",
                "double          | {\"$numberInt\":\"3\"}                       | float64 3.0",
                "double          | {\"$numberLong\":\"9007199254740992\"}       | float64 9.007199254740992E15",
                "double          | {\"$numberLong\":\"9007199254740993\"}       | unfit",
                "double          | {\"$numberLong\":\"9223372036854775807\"}    | unfit",
                "double          | {\"$numberDecimal\":\"0.5\"}                 | unfit",
                "decimal(5,2)    | {\"$numberDecimal\":\"1.5\"}                 | decimal 1.50",
                "decimal(5,2)    | {\"$numberDecimal\":\"-999.99\"}             | decimal -999.99",
                "decimal(5,2)    | {\"$numberDecimal\":\"1000\"}                | unfit",
                "decimal(5,2)    | {\"$numberDecimal\":\"1.005\"}               | unfit",
                "decimal(5,2)    | {\"$numberDecimal\":\"1.500\"}               | decimal 1.50",
                "decimal(5,2)    | {\"$numberDecimal\":\"-0E+3\"}               | decimal 0.00",
                "decimal(5,2)    | {\"$numberDecimal\":\"-0.00\"}               | decimal 0.00",
                "decimal(5,2)    | {\"$numberDecimal\":\"Infinity\"}            | unfit",
                "decimal(5,2)    | {\"$numberInt\":\"999\"}                     | decimal 999.00",
                "decimal(5,2)    | {\"$numberLong\":\"1000\"}                   | unfit",
                "decimal(5,2)    | {\"$numberDouble\":\"0.25\"}                 | decimal 0.25",
                "decimal(5,2)    | {\"$numberDouble\":\"0.1\"}                  | unfit",
                "timestamp       | {\"$date\":{\"$numberLong\":\"-1\"}}         | int64 -1",
                "timestamp       | {\"$date\":{\"$numberLong\":\"253402300799999\"}} | int64 253402300799999",
                "timestamp       | {\"$date\":{\"$numberLong\":\"253402300800000\"}} | unfit",
                "timestamp       | {\"$date\":{\"$numberLong\":\"-62135596800001\"}} | unfit",
                "timestamp       | {\"$timestamp\":{\"t\":4294967295,\"i\":0}}  | int64 4294967295000",
                "timestamp       | {\"$timestamp\":{\"t\":1,\"i\":1}}           | unfit",
                "string          | \"\"                                         | bytes ",
                "string          | \"a\\u0000b\"                                | bytes a\0b",
                "string          | {\"$symbol\":\"s\"}                          | bytes s",
                "string          | {\"$code\":\"f()\"}                          | bytes f()",
                "string          | {\"$oid\":\"57e193d7a9cc81b4027498b5\"}      | bytes 57e193d7a9cc81b4027498b5",
                "string          | {\"$numberInt\":\"-5\"}                      | bytes -5",
                "string          | {\"$numberLong\":\"-9223372036854775808\"}   | bytes -9223372036854775808",
                "string          | {\"$numberDouble\":\"1.0E10\"}               | bytes 1.0E10",
                "string          | {\"$numberDecimal\":\"1.00\"}                | bytes 1.00",
                "string          | true                                         | bytes true",
                "string          | {\"$date\":{\"$numberLong\":\"0\"}}          | bytes 1970-01-01T00:00:00Z",
                "string          | {\"$date\":{\"$numberLong\":\"9223372036854775807\"}} | unfit",
                "string          | {\"$binary\":{\"base64\":\"ABEiM0RVZneImaq7zN3u/w==\",\"subType\":\"04\"}} | bytes 00112233-4455-6677-8899-aabbccddeeff",
                "string          | {\"$binary\":{\"base64\":\"AQID\",\"subType\":\"00\"}} | unfit",
                "string          | {\"a\":{\"$numberInt\":\"1\"}}               | unfit",
                "string          | []                                           | unfit",
                "string          | {\"$minKey\":1}                              | unfit",
                "binary          | {\"$binary\":{\"base64\":\"QUJD\",\"subType\":\"80\"}} | bytes ABC",
                "binary          | {\"$binary\":{\"base64\":\"QUJD\",\"subType\":\"02\"}} | bytes ABC",
                "binary          | {\"$binary\":{\"base64\":\"\",\"subType\":\"00\"}} | bytes ",
                "binary          | \"ABC\"                                      | unfit",
                "json            | {\"a\":[{\"$numberInt\":\"1\"},null]}        | bytes {\"a\":[1,null]}",
                "json            | \"x\"                                        | bytes \"x\"",
                "json            | {\"$regularExpression\":{\"pattern\":\"a\",\"options\":\"i\"}} | bytes {\"$regularExpression\":{\"pattern\":\"a\",\"options\":\"i\"}}",
                "json            | {\"$maxKey\":1}                              | bytes {\"$maxKey\":1}",
                "json            | {\"$dbPointer\":{\"$ref\":\"b\",\"$id\":{\"$oid\":\"56e1fc72e0c917e9c4714161\"}}} | bytes {\"$dbPointer\":{\"$ref\":\"b\",\"$id\":{\"$oid\":\"56e1fc72e0c917e9c4714161\"}}}",
                "json            | {\"$code\":\"f\",\"$scope\":{}}              | bytes {\"$code\":\"f\",\"$scope\":{}}",
                "json            | {\"$timestamp\":{\"t\":1,\"i\":2}}           | bytes {\"$timestamp\":{\"t\":1,\"i\":2}}",
                "long            | null                                         | none",
                "json            | null                                         | none",
                "json            | {\"$undefined\":true}                        | none",
            })
    void a_value_is_in_its_column_when_nothing_of_it_is_lost(String type, String value, String cell) {
        Texts cells = new Texts();
        RowWriter rows = rows(new Column("v", FieldPath.of("v"), ColumnType.parse(type)));

        Bytes unfit = rows.write(Changes.bson("{\"u\":true,\"v\":" + value + "}"), List.of(cells));

        boolean fits = !"unfit".equals(cell);
        assertThat(cells.last()).isEqualTo(fits ? (cell.equals("bytes") ? "bytes " : cell) : "none");
        assertThat(text(unfit)).isEqualTo(fits ? "" : "{\"v\":" + value + "}");
    }

    @Test
    void fields_are_found_by_paths_through_documents_and_arrays() {
        Texts cells = new Texts();
        RowWriter rows = rows(
                column("a.b.c"),
                column("a.b"),
                column("l.1.x"),
                column("l.9"),
                column("a\\.b"),
                column("e..f"),
                column("."),
                column("missing.x"),
                column("s.x"));

        rows.write(
                Changes.bson(
                        "{\"s\": \"no document\", \"l\": [0, {\"x\": 1}, 2], \"a.b\": 3, \"e\": {\"\": {\"f\": 4}},"
                                + " \"a\": {\"b\": {\"c\": 5}}}"),
                same(cells, 9));

        assertThat(cells.taken)
                .containsExactly(
                        "bytes 5",
                        "bytes {\"c\":5}",
                        "bytes 1",
                        "none",
                        "bytes 3",
                        "bytes 4",
                        "bytes {\"s\":\"no document\",\"l\":[0,{\"x\":1},2],\"a.b\":3,\"e\":{\"\":{\"f\":4}},\"a\":{\"b\":{\"c\":5}}}",
                        "none",
                        "none");
    }

    @Test
    void fields_are_found_in_whatever_order_they_come() {
        Texts cells = new Texts();
        RowWriter rows = rows(column("a"), column("b"), column("c"));

        for (String document : List.of(
                "{\"a\": 1, \"b\": 2, \"c\": 3}",
                "{\"c\": 3, \"b\": 2, \"a\": 1}",
                "{\"x\": 0, \"b\": 2, \"y\": 0, \"c\": 3, \"z\": 0, \"a\": 1}")) {
            rows.write(Changes.bson(document), same(cells, 3));
            assertThat(cells.last()).as(document).isEqualTo("bytes 1 bytes 2 bytes 3");
        }
        rows.write(Changes.bson("{\"b\": 2}"), same(cells, 3));
        assertThat(cells.last()).isEqualTo("none bytes 2 none");
    }

    @Test
    void of_many_columns_each_finds_its_field() {
        List<Column> columns =
                IntStream.range(0, 500).mapToObj(i -> column("Aa" + i)).toList();
        StringBuilder document = new StringBuilder("{\"none\": 0");
        for (int i = 499; i >= 0; i -= 2) {
            document.append(", \"Aa").append(i).append("\": ").append(i);
        }
        Texts cells = new Texts();

        Column.rows(columns, UnfitPolicy.TEXT).write(Changes.bson(document + "}"), same(cells, 500));

        assertThat(cells.taken)
                .isEqualTo(IntStream.range(0, 500)
                        .mapToObj(i -> i % 2 == 1 ? "bytes " + i : "none")
                        .toList());
    }

    @Test
    void a_delete_has_no_values() {
        Texts cells = new Texts();

        Bytes unfit = rows(column("a"), column(".")).write(null, same(cells, 2));

        assertThat(cells.last()).isEqualTo("none none");
        assertThat(unfit.length()).isZero();
    }

    @Test
    void what_does_not_fit_is_told_by_column() {
        Texts cells = new Texts();
        RowWriter rows = rows(
                new Column("n", FieldPath.parse("a.n"), ColumnType.of(ColumnType.Kind.INT)),
                new Column("q\"", FieldPath.parse("q"), ColumnType.of(ColumnType.Kind.BOOLEAN)));

        Bytes unfit = rows.write(Changes.bson("{\"a\": {\"n\": 1.5}, \"q\": [1]}"), same(cells, 2));

        assertThat(text(unfit)).isEqualTo("{\"n\":{\"$numberDouble\":\"1.5\"},\"q\\\"\":[{\"$numberInt\":\"1\"}]}");
        assertThat(rows.write(Changes.bson("{\"a\": {\"n\": 1}}"), same(cells, 2))
                        .length())
                .isZero();
    }

    @Test
    void what_does_not_fit_is_not_told_when_nobody_wants_it() {
        Texts cells = new Texts();
        RowWriter rows = Column.rows(
                List.of(new Column("n", FieldPath.of("n"), ColumnType.of(ColumnType.Kind.INT))), UnfitPolicy.NULL);

        assertThat(rows.write(Changes.bson("{\"n\": 1.5}"), List.of(cells)).length())
                .isZero();
        assertThat(cells.last()).isEqualTo("none");
    }

    @Test
    void a_row_says_why_it_is_not_to_be_kept_and_the_next_is_asked_anew() {
        Texts cells = new Texts();
        RowWriter rows = Column.rows(
                List.of(new Column("n", FieldPath.of("n"), ColumnType.of(ColumnType.Kind.INT))),
                UnfitPolicy.DEAD_LETTER);

        rows.write(Changes.bson("{\"n\": 1.5}"), List.of(cells));
        assertThat(rows.refusal()).isEqualTo("column n cannot hold {\"$numberDouble\":\"1.5\"}");
        rows.write(Changes.bson("{\"n\": \"" + "x".repeat(1000) + "\"}"), List.of(cells));
        assertThat(rows.refusal()).startsWith("column n cannot hold \"xxx").hasSizeLessThan(250);
        rows.write(Changes.bson("{\"n\": 1}"), List.of(cells));
        assertThat(rows.refusal()).isNull();
    }

    @Test
    void fields_without_a_column_are_told_when_somebody_wants_them() {
        Texts cells = new Texts();
        List<Field> fields = List.of(
                new Field("n", FieldPath.parse("a.n"), Numbers::int64, UnfitPolicy.TEXT),
                new Field("b", FieldPath.of("b"), Numbers::int64, UnfitPolicy.TEXT));
        byte[] document =
                Changes.bson("{\"a\": {\"x\": 1}, \"q\\\"\": 2, \"b\": true, \"nil\": null, \"c\": {\"d\": 3}}");

        Bytes unfit = new RowWriter(fields, true).write(document, same(cells, 2));

        assertThat(text(unfit))
                .isEqualTo("{\"b\":true,\"q\\\"\":{\"$numberInt\":\"2\"},\"c\":{\"d\":{\"$numberInt\":\"3\"}}}");
        assertThat(text(new RowWriter(fields).write(document, same(cells, 2)))).isEqualTo("{\"b\":true}");
    }

    /** The server stores strings as they come; readers refuse a file with a text that is no UTF-8. */
    @Test
    void ill_formed_text_is_replaced() {
        byte[] text = HexFormat.of().parseHex("61ff62");
        Bytes document = new Bytes()
                .int32(4 + 3 + 4 + text.length + 1 + 1)
                .put(2)
                .put('v')
                .put(0);
        document.int32(text.length + 1).put(text).put(0).put(0);
        Texts cells = new Texts();

        rows(new Column("v", FieldPath.of("v"), ColumnType.STRING)).write(document.toByteArray(), List.of(cells));

        assertThat(cells.last()).isEqualTo("bytes a\u00ef\u00bf\u00bdb");
    }

    private static RowWriter rows(Column... columns) {
        return Column.rows(List.of(columns), UnfitPolicy.TEXT);
    }

    /** Text where there is one, else JSON. */
    private static Column column(String path) {
        return new Column(path, FieldPath.parse(path), ColumnType.JSON);
    }

    private static List<Texts> same(Texts cells, int times) {
        return Stream.generate(() -> cells).limit(times).toList();
    }

    private static String text(Bytes bytes) {
        return new String(bytes.toByteArray(), UTF_8);
    }
}
