/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Shape;
import io.penstock.sink.Changes;
import io.penstock.sink.columns.ColumnType.Kind;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeenFieldsTest {
    private final SeenFields seen = new SeenFields(Set.of("version", "ts"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "true | BOOLEAN",
                "1 | LONG",
                "{\"$numberLong\":\"1\"} | LONG",
                "1.5 | DOUBLE",
                "{\"$numberDecimal\":\"1\"} | STRING",
                "\"a\" | STRING",
                "{\"$symbol\":\"a\"} | STRING",
                "{\"$oid\":\"57e193d7a9cc81b4027498b5\"} | STRING",
                "{\"$date\":{\"$numberLong\":\"0\"}} | TIMESTAMP",
                "{\"$binary\":{\"base64\":\"AQID\",\"subType\":\"00\"}} | BINARY",
                "{} | JSON",
                "[] | JSON",
                "{\"$timestamp\":{\"t\":1,\"i\":2}} | JSON",
                "{\"$regularExpression\":{\"pattern\":\"a\",\"options\":\"\"}} | JSON",
                "{\"$code\":\"f\"} | JSON",
                "{\"$code\":\"f\",\"$scope\":{}} | JSON",
                "{\"$dbPointer\":{\"$ref\":\"b\",\"$id\":{\"$oid\":\"56e1fc72e0c917e9c4714161\"}}} | JSON",
                "{\"$minKey\":1} | JSON",
                "{\"$maxKey\":1} | JSON",
            })
    void each_type_has_its_column(String value, Kind kind) {
        assertThat(see("{\"v\": " + value + "}")).isTrue();

        assertThat(seen.columns()).containsExactly(new Column("v", FieldPath.of("v"), ColumnType.of(kind)));
    }

    @Test
    void nothing_is_known_of_a_field_that_was_only_null() {
        assertThat(see("{\"v\": null, \"u\": {\"$undefined\": true}}")).isFalse();
        assertThat(seen.columns()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | 1.5 | DOUBLE",
                "1.5 | 1 | DOUBLE",
                "1 | \"a\" | STRING",
                "1.5 | true | STRING",
                "{\"$date\":{\"$numberLong\":\"0\"}} | 1 | STRING",
                "\"a\" | {} | JSON",
                "1 | [] | JSON",
                "\"a\" | {\"$binary\":{\"base64\":\"AQID\",\"subType\":\"00\"}} | JSON",
                "{\"$binary\":{\"base64\":\"AQID\",\"subType\":\"00\"}} | {} | JSON",
            })
    void a_column_gives_way_to_a_wider_one_whichever_came_first(String one, String other, Kind kind) {
        see("{\"v\": " + one + "}");
        see("{\"v\": " + other + "}");
        assertThat(seen.columns().get(0).type().kind()).isEqualTo(kind);

        SeenFields otherWay = new SeenFields(Set.of());
        otherWay.see(Changes.bson("{\"v\": " + other + "}"), 1);
        otherWay.see(Changes.bson("{\"v\": " + one + "}"), 2);
        assertThat(otherWay.columns().get(0).type().kind()).isEqualTo(kind);
    }

    @Test
    void documents_like_those_before_change_nothing_and_the_columns_stay_the_same_list() {
        see("{\"a\": 1, \"b\": \"x\"}");
        List<Column> columns = seen.columns();

        assertThat(see("{\"a\": 2, \"b\": \"y\"}")).isFalse();
        assertThat(see("{\"b\": \"y\"}")).isFalse();
        assertThat(seen.columns()).isSameAs(columns);
        assertThat(see("{\"c\": 1}")).isTrue();
        assertThat(names()).containsExactly("a", "b", "c");
    }

    @Test
    void names_that_the_table_has_itself_or_that_are_empty_get_an_underscore() {
        see(
                "{\"version\": 1, \"Version_\": 1, \"\": 1, \"_\": 1, \"__\": 1, \"TS\": 1, \"_id\": 1, \"a_\": 1, \"versions\": 1}");

        assertThat(names()).containsExactly("version_", "Version__", "_", "__", "___", "TS_", "_id", "a_", "versions");
    }

    @Test
    void of_fields_that_differ_in_case_the_first_has_the_column() {
        see("{\"Name\": 1, \"name\": 1}");

        assertThat(names()).containsExactly("Name");
    }

    @Test
    void a_table_that_has_decimals_and_tells_case_apart_has_columns_for_both() {
        SeenFields other = new SeenFields(new TableRules(Set.of("ts"), 5, true, Kind.DECIMAL));
        other.see(
                Changes.bson("{\"Name\": {\"$numberDecimal\":\"1\"}, \"name\": 1.5, \"longer\": 1, \"TS\": \"x\"}"), 1);
        other.see(Changes.bson("{\"Name\": 1, \"name\": {\"$numberDecimal\":\"1\"}}"), 2);

        assertThat(other.columns())
                .extracting(column -> column.name() + " " + column.type().kind())
                .containsExactly("Name DECIMAL", "name DECIMAL", "TS_ STRING");
    }

    @Test
    void names_are_taken_as_they_are_but_for_very_long_ones() {
        see("{\"a.b\": 1, \"$x\": 1, \"ü \uD83D\uDE00\": 1, \"" + "n".repeat(256) + "\": 1, \"" + "m".repeat(255)
                + "\": 1}");

        assertThat(names()).containsExactly("a.b", "$x", "ü \uD83D\uDE00", "m".repeat(255));
    }

    @Test
    void a_table_grows_no_further_than_a_table() {
        for (int i = 0; i < 1000; i++) {
            see("{\"f" + i + "\": " + i + "}");
        }

        assertThat(seen.columns()).hasSize(SeenFields.MOST);
        see("{\"f0\": \"a\"}");
        assertThat(seen.columns().get(0).type())
                .as("those that it has still change")
                .isEqualTo(ColumnType.STRING);
    }

    @Test
    void what_one_has_seen_another_can_take_in() {
        see("{\"a\": 1, \"version\": true}");
        SeenFields other = new SeenFields(Set.of("version", "ts"));
        other.add("b", Kind.JSON);
        other.add("a", Kind.DOUBLE);

        seen.fields().forEach(other::add);

        assertThat(other.columns())
                .extracting(column -> column.name() + " " + column.type())
                .containsExactly("b json", "a double", "version_ boolean");
    }

    private boolean see(String json) {
        byte[] document = Changes.bson(json);
        return seen.see(document, Shape.fingerprint(document));
    }

    private List<String> names() {
        return seen.columns().stream().map(Column::name).collect(Collectors.toList());
    }
}
