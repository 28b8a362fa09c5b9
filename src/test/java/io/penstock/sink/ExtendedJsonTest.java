/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import static io.penstock.sink.Changes.bson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtendedJsonTest {
    /** A value in its canonical form; what the specification's corpus calls canonical extended JSON is written as it was read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"v\":\"text\"}",
                "{\"v\":true}",
                "{\"v\":false}",
                "{\"v\":null}",
                "{\"v\":{}}",
                "{\"v\":[]}",
                "{\"\":{\"a.b\":{\"$x\":[{\"\":null}]}}}",
                "{\"v\":[{\"$numberInt\":\"1\"},[true,{\"a\":{\"$numberInt\":\"-2147483648\"}}]]}",
                "{\"v\":{\"$numberLong\":\"-9223372036854775808\"}}",
                "{\"v\":{\"$numberLong\":\"9223372036854775807\"}}",
                "{\"v\":{\"$numberDouble\":\"-0.0\"}}",
                "{\"v\":{\"$numberDouble\":\"NaN\"}}",
                "{\"v\":{\"$numberDouble\":\"Infinity\"}}",
                "{\"v\":{\"$numberDouble\":\"-Infinity\"}}",
                "{\"v\":{\"$numberDouble\":\"1.0E10\"}}",
                "{\"v\":{\"$numberDouble\":\"4.9E-324\"}}",
                "{\"v\":{\"$numberDecimal\":\"1.00\"}}",
                "{\"v\":{\"$numberDecimal\":\"-0E-6176\"}}",
                "{\"v\":{\"$numberDecimal\":\"Infinity\"}}",
                "{\"v\":{\"$oid\":\"57e193d7a9cc81b4027498b5\"}}",
                "{\"v\":{\"$date\":{\"$numberLong\":\"-1\"}}}",
                "{\"v\":{\"$timestamp\":{\"t\":4294967295,\"i\":4294967295}}}",
                "{\"v\":{\"$binary\":{\"base64\":\"\",\"subType\":\"00\"}}}",
                "{\"v\":{\"$binary\":{\"base64\":\"//8=\",\"subType\":\"02\"}}}",
                "{\"v\":{\"$binary\":{\"base64\":\"AQID\",\"subType\":\"80\"}}}",
                "{\"v\":{\"$regularExpression\":{\"pattern\":\"a\\\"b\\\\/\",\"options\":\"im\"}}}",
                "{\"v\":{\"$code\":\"x\\ny\"}}",
                "{\"v\":{\"$code\":\"f\",\"$scope\":{\"a\":{\"$numberInt\":\"1\"}}}}",
                "{\"v\":{\"$symbol\":\"s\"}}",
                "{\"v\":{\"$dbPointer\":{\"$ref\":\"b\",\"$id\":{\"$oid\":\"56e1fc72e0c917e9c4714161\"}}}}",
                "{\"v\":{\"$undefined\":true}}",
                "{\"v\":{\"$minKey\":1}}",
                "{\"v\":{\"$maxKey\":1}}",
                "{\"v\":{\"$ref\":\"c\",\"$id\":{\"$oid\":\"58921b3e6e32ab156a22b59e\"}}}",
            })
    void canonical_form_is_what_was_read(String json) {
        byte[] document = bson(json);

        assertThat(canonical(document)).isEqualTo(json);
        assertThat(bson(canonical(document))).isEqualTo(document);
        assertThat(bson(driver(document, JsonMode.EXTENDED))).isEqualTo(document);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"$numberInt\":\"-5\"} | -5",
                "{\"$numberLong\":\"9223372036854775807\"} | 9223372036854775807",
                "{\"$numberDouble\":\"1.5\"} | 1.5",
                "{\"$numberDouble\":\"NaN\"} | {\"$numberDouble\":\"NaN\"}",
                "{\"$numberDecimal\":\"1.00\"} | {\"$numberDecimal\":\"1.00\"}",
                "{\"$date\":{\"$numberLong\":\"1356351330000\"}} | {\"$date\":\"2012-12-24T12:15:30Z\"}",
                "{\"$date\":{\"$numberLong\":\"1356351330500\"}} | {\"$date\":\"2012-12-24T12:15:30.500Z\"}",
                "{\"$date\":{\"$numberLong\":\"253402300799999\"}} | {\"$date\":\"9999-12-31T23:59:59.999Z\"}",
                "{\"$date\":{\"$numberLong\":\"253402300800000\"}} | {\"$date\":{\"$numberLong\":\"253402300800000\"}}",
                "{\"$date\":{\"$numberLong\":\"-1\"}} | {\"$date\":{\"$numberLong\":\"-1\"}}",
            })
    void relaxed_form_is_what_the_specification_says(String canonical, String relaxed) {
        Bytes out = new Bytes();

        ExtendedJson.relaxed(bson("{\"v\":" + canonical + "}"), 0, out);

        assertThat(text(out)).isEqualTo("{\"v\":" + relaxed + "}");
    }

    @Test
    void control_characters_and_everything_that_some_reader_takes_for_a_line_break_are_escaped() {
        String text = "a\"\\/\b\f\n\r\t\0\u001f\u007f\u0085\u2028\u2029\u2027é\uD83D\uDE00";

        String json = canonical(bson(new BsonDocument("t", new org.bson.BsonString(text))));

        assertThat(json)
                .isEqualTo(
                        "{\"t\":\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\\u0085\\u2028\\u2029\u2027é\uD83D\uDE00\"}");
        assertThat(BsonDocument.parse(json).getString("t").getValue()).isEqualTo(text);
    }

    /** The server stores strings as they come; a line must be valid UTF-8 all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"ff", "c0af", "e282", "eda080", "f4908080", "c3", "e28028", "80", "f0808080"})
    void ill_formed_text_is_read_as_the_drivers_read_it(String hex) {
        byte[] text = HexFormat.of().parseHex("61" + hex + "62");
        Bytes document = new Bytes()
                .int32(4 + 3 + 4 + text.length + 1 + 1)
                .put(2)
                .put('t')
                .put(0);
        document.int32(text.length + 1).put(text).put(0).put(0);

        String json = canonical(document.toByteArray());

        assertThat(json).contains("\uFFFD");
        assertThat(BsonDocument.parse(json))
                .isEqualTo(new RawBsonDocument(document.toByteArray()).decode(new BsonDocumentCodec()));
    }

    @Test
    void numbers_are_written_digit_by_digit() {
        for (long number : new long[] {
            0, 9, 10, -1, -10, 999_999_999_999_999_999L, 1_000_000_000_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE
        }) {
            assertThat(text(new Bytes(1).decimal(number))).isEqualTo(Long.toString(number));
        }
    }

    @Test
    void one_large_record_does_not_keep_its_memory() {
        Bytes out = new Bytes().put(new byte[3 << 20]);
        byte[] large = out.array();

        assertThat(out.clear().put(1).array()).hasSizeLessThan(large.length).startsWith(1);
        assertThat(out.length()).isOne();
    }

    private static String canonical(byte[] document) {
        Bytes out = new Bytes(1);
        ExtendedJson.canonical(document, 0, out);
        return text(out);
    }

    private static String driver(byte[] document, JsonMode mode) {
        return new RawBsonDocument(document)
                .toJson(JsonWriterSettings.builder().outputMode(mode).build());
    }

    private static String text(Bytes out) {
        return new String(out.array(), 0, out.length(), UTF_8);
    }
}
