/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bson.BsonArray;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.types.Decimal128;
import org.junit.jupiter.api.Test;

class BsonOrderTest {
    private static final BsonOrder ORDER = BsonOrder.ASCENDING;

    @Provide
    Arbitrary<BsonValue> values() {
        return BsonValues.values(2);
    }

    @Provide
    Arbitrary<BsonValue> numbers() {
        return BsonValues.numbers();
    }

    @Provide
    Arbitrary<String> strings() {
        return BsonValues.strings();
    }

    @Property
    void everyValueEqualsItself(@ForAll("values") BsonValue a) {
        assertThat(ORDER.compare(a, a)).isZero();
    }

    @Property
    void swappingTheSidesTurnsTheSign(@ForAll("values") BsonValue a, @ForAll("values") BsonValue b) {
        assertThat(Integer.signum(ORDER.compare(a, b))).isEqualTo(-Integer.signum(ORDER.compare(b, a)));
    }

    @Property
    void theOrderIsTransitive(
            @ForAll("values") BsonValue a, @ForAll("values") BsonValue b, @ForAll("values") BsonValue c) {
        assertTransitive(a, b, c);
    }

    @Property(tries = 5000)
    void theOrderOfNumbersIsTransitiveAcrossTypes(
            @ForAll("numbers") BsonValue a, @ForAll("numbers") BsonValue b, @ForAll("numbers") BsonValue c) {
        assertTransitive(a, b, c);
    }

    private static void assertTransitive(BsonValue a, BsonValue b, BsonValue c) {
        if (ORDER.compare(a, b) <= 0 && ORDER.compare(b, c) <= 0) {
            assertThat(ORDER.compare(a, c)).isLessThanOrEqualTo(0);
        }
        if (ORDER.compare(a, b) == 0) {
            assertThat(Integer.signum(ORDER.compare(a, c))).isEqualTo(Integer.signum(ORDER.compare(b, c)));
        }
    }

    @Property
    void stringsAreOrderedByTheirUtf8Bytes(@ForAll("strings") String a, @ForAll("strings") String b) {
        int byBytes = Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
        assertThat(Integer.signum(BsonOrder.compareUtf8(a, b))).isEqualTo(Integer.signum(byBytes));
        assertThat(Integer.signum(ORDER.compare(new BsonString(a), new BsonSymbol(b))))
                .isEqualTo(Integer.signum(byBytes));
    }

    @Property
    void rawDocumentsOrderAsDecodedOnes(@ForAll("values") BsonValue a, @ForAll("values") BsonValue b) {
        BsonDocument left = new BsonDocument("v", a);
        BsonDocument right = new BsonDocument("v", b);
        assertThat(Integer.signum(ORDER.compare(raw(left), raw(right))))
                .isEqualTo(Integer.signum(ORDER.compare(left, right)));
    }

    private static RawBsonDocument raw(BsonDocument document) {
        return new RawBsonDocument(document, new org.bson.codecs.BsonDocumentCodec());
    }

    @Test
    void typesStandInTheServersOrder() {
        assertAscending(
                """
                [{"$minKey": 1}, {"$undefined": true}, null, {"$numberDouble": "NaN"}, 7, "", {}, [],
                 {"$binary": {"base64": "", "subType": "00"}}, {"$oid": "000000000000000000000000"}, false,
                 {"$date": {"$numberLong": "-1"}}, {"$timestamp": {"t": 0, "i": 0}},
                 {"$regularExpression": {"pattern": "", "options": ""}},
                 {"$dbPointer": {"$ref": "", "$id": {"$oid": "000000000000000000000000"}}},
                 {"$code": ""}, {"$code": "", "$scope": {}}, {"$maxKey": 1}]""");
    }

    @Test
    void numbersAreComparedExactlyAcrossTypes() {
        assertAscending(
                """
                [{"$numberDouble": "NaN"}, {"$numberDecimal": "-Infinity"}, {"$numberDecimal": "-1E+6144"},
                 {"$numberDouble": "-1.7976931348623157E+308"}, {"$numberLong": "-9223372036854775808"},
                 {"$numberDecimal": "-1E-6176"}, {"$numberDouble": "-0.0"}, {"$numberDecimal": "1E-6176"},
                 {"$numberDouble": "4.9E-324"}, {"$numberDecimal": "0.1"}, {"$numberDouble": "0.1"}, 1,
                 {"$numberDouble": "9007199254740992"}, {"$numberLong": "9007199254740993"},
                 {"$numberDouble": "9007199254740994"}, {"$numberLong": "9223372036854775806"},
                 {"$numberLong": "9223372036854775807"}, {"$numberDouble": "9223372036854775808"},
                 {"$numberDecimal": "1E+6144"}, {"$numberDouble": "Infinity"}]""");
    }

    @Test
    void equalNumbersOfDifferentTypesAreOnePlace() {
        assertEqual(
                """
                [1, {"$numberLong": "1"}, {"$numberDouble": "1.0"}, {"$numberDecimal": "1.00"}, {"$numberDecimal": "10E-1"}]""");
        assertEqual(
                """
                [0, {"$numberDouble": "-0.0"}, {"$numberDecimal": "-0"}, {"$numberDecimal": "0E+6000"}]""");
        assertEqual(
                """
                [{"$numberDouble": "NaN"}, {"$numberDecimal": "NaN"}, {"$numberDecimal": "-NaN"}]""");
        assertEqual("""
                [{"$numberDouble": "Infinity"}, {"$numberDecimal": "Infinity"}]""");
        assertEqual("""
                [{"$numberDouble": "0.5"}, {"$numberDecimal": "0.50"}]""");
    }

    @Test
    void decimalsThatSpellMoreThan34DigitsAreZero() {
        List<Decimal128> zeros = List.of(
                Decimal128.fromIEEE754BIDEncoding(0xE000_0000_0000_0000L, 7),
                Decimal128.fromIEEE754BIDEncoding(0x3041_FFFF_FFFF_FFFFL, -1L));
        zeros.forEach(zero -> assertThat(ORDER.compare(new BsonDecimal128(zero), new BsonInt32(0)))
                .isZero());
    }

    @Test
    void documentsAreOrderedByTypeThenNameThenValue() {
        assertAscending(
                """
                [{}, {"z": null}, {"b": 1}, {"b": 1, "a": 1}, {"b": 2}, {"c": 0}, {"a": ""}, {"a": {}}]""");
    }

    @Test
    void arraysAreOrderedElementByElement() {
        assertAscending("""
                [[], [null], [1], [1, 1], [2], [10], ["a"], [[]]]""");
    }

    @Test
    void binariesAreOrderedByStoredLengthThenSubtypeThenUnsignedBytes() {
        // Subtype 02 stores its length a second time: one byte of it takes five, and is greater than four bytes of 00.
        assertAscending(
                """
                [{"$binary": {"base64": "", "subType": "80"}}, {"$binary": {"base64": "fw==", "subType": "00"}},
                 {"$binary": {"base64": "gA==", "subType": "00"}}, {"$binary": {"base64": "AA==", "subType": "05"}},
                 {"$binary": {"base64": "AA==", "subType": "80"}}, {"$binary": {"base64": "/////w==", "subType": "00"}},
                 {"$binary": {"base64": "AA==", "subType": "02"}}]""");
    }

    @Test
    void timesAndIdsAndCode() {
        assertAscending(
                """
                [{"$timestamp": {"t": 1, "i": 2}}, {"$timestamp": {"t": 2, "i": 1}}, {"$timestamp": {"t": 4294967295, "i": 0}}]""");
        assertAscending(
                """
                [{"$date": {"$numberLong": "-9223372036854775808"}}, {"$date": {"$numberLong": "0"}}, {"$date": {"$numberLong": "1"}}]""");
        assertAscending(
                """
                [{"$oid": "7f0000000000000000000000"}, {"$oid": "800000000000000000000000"}]""");
        assertAscending(
                """
                [{"$regularExpression": {"pattern": "a", "options": "i"}}, {"$regularExpression": {"pattern": "b", "options": ""}},
                 {"$regularExpression": {"pattern": "b", "options": "i"}}]""");
        assertAscending(
                """
                [{"$dbPointer": {"$ref": "z", "$id": {"$oid": "ffffffffffffffffffffffff"}}},
                 {"$dbPointer": {"$ref": "aa", "$id": {"$oid": "000000000000000000000000"}}}]""");
        assertAscending(
                """
                [{"$code": "a", "$scope": {"x": 2}}, {"$code": "a", "$scope": {"y": 1}}, {"$code": "b", "$scope": {}}]""");
    }

    @Test
    void loneSurrogatesStandBelowPairs() {
        List<String> ascending =
                List.of("\uD7FF", "\uD800", "\uD800a", "\uD800\uD801\uDC00", "\uDC00", "\uFFFF", "\uD800\uDC00");
        IntStream.range(1, ascending.size())
                .forEach(i -> assertThat(BsonOrder.compareUtf8(ascending.get(i - 1), ascending.get(i)))
                        .isNegative());
    }

    private static void assertAscending(String jsonArray) {
        List<BsonValue> values = BsonArray.parse(jsonArray);
        for (int i = 0; i < values.size(); i++) {
            for (int j = 0; j < values.size(); j++) {
                assertThat(Integer.signum(ORDER.compare(values.get(i), values.get(j))))
                        .as("%s against %s", values.get(i), values.get(j))
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    private static void assertEqual(String jsonArray) {
        List<BsonValue> values = BsonArray.parse(jsonArray);
        values.forEach(a -> values.forEach(
                b -> assertThat(ORDER.compare(a, b)).as("%s against %s", a, b).isZero()));
    }
}
