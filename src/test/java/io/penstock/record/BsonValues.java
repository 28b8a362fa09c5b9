/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDbPointer;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonElement;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/** Arbitrary BSON of every type, leaning towards the edges: equal numbers of different types, empty and dotted names, nesting. */
public final class BsonValues {
    private static final List<Long> EDGE_LONGS =
            List.of(0L, 1L, -1L, 1L << 53, (1L << 53) + 1, -(1L << 53) - 1, Long.MAX_VALUE, Long.MIN_VALUE, (long)
                    Integer.MAX_VALUE);
    private static final List<String> EDGE_DECIMALS = List.of(
            "NaN",
            "-NaN",
            "Infinity",
            "-Infinity",
            "0",
            "-0",
            "0E+6000",
            "-0E-6176",
            "1",
            "1.00",
            "0.1",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "1E+6144",
            "1E-6176",
            "-1E+6144",
            "0.1000000000000000055511151231257827");
    private static final List<Double> EDGE_DOUBLES = List.of(
            0.0,
            -0.0,
            1.0,
            0.1,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            0x1p53,
            0x1p63,
            -0x1p63,
            1.5);

    private BsonValues() {}

    /** Numbers of the four types. */
    public static Arbitrary<BsonValue> numbers() {
        return Arbitraries.oneOf(
                Arbitraries.of(EDGE_LONGS).map(BsonInt64::new),
                Arbitraries.longs().map(BsonInt64::new),
                Arbitraries.integers().between(-3, 3).map(BsonInt32::new),
                Arbitraries.integers().map(BsonInt32::new),
                Arbitraries.of(EDGE_DOUBLES).map(BsonDouble::new),
                Arbitraries.longs().map(bits -> new BsonDouble(Double.longBitsToDouble(bits))),
                Arbitraries.of(EDGE_DECIMALS).map(d -> new BsonDecimal128(Decimal128.parse(d))),
                Combinators.combine(
                                Arbitraries.longs(),
                                Arbitraries.oneOf(
                                        Arbitraries.integers().between(-20, 20),
                                        Arbitraries.integers().between(-6000, 6000)))
                        .as((coefficient, scale) ->
                                new BsonDecimal128(new Decimal128(BigDecimal.valueOf(coefficient, scale)))));
    }

    /** Strings whose orders by UTF-16 unit and by UTF-8 byte differ, and some that hold NUL. */
    public static Arbitrary<String> strings() {
        return Arbitraries.of("", "a", "b", "A", "\0", "é", "\uFFFD", "\uD83D\uDE00", "\uD800\uDC00")
                .list()
                .ofMaxSize(4)
                .map(parts -> String.join("", parts));
    }

    /** Field names: empty, dotted, beginning with a dollar. */
    public static Arbitrary<String> names() {
        return Arbitraries.of("", "a", "b", "a.b", ".", "$set", "ä", "_id", "0", "\uD83D\uDE00", "constructor");
    }

    /** Values that hold no others. */
    public static Arbitrary<BsonValue> scalars() {
        Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(20);
        Arbitrary<ObjectId> ids =
                Arbitraries.bytes().array(byte[].class).ofSize(12).map(ObjectId::new);
        Arbitrary<String> texts = strings().map(s -> s.replace("\0", ""));
        return Arbitraries.oneOf(
                numbers(),
                strings().map(BsonString::new),
                strings().map(BsonSymbol::new),
                Combinators.combine(Arbitraries.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x80, 0xFF), bytes)
                        .as((subtype, data) -> new BsonBinary(subtype.byteValue(), data)),
                bytes.array(byte[][].class).ofSize(1).map(b -> new BsonBinary((byte) 4, new byte[16])),
                ids.map(BsonObjectId::new),
                Arbitraries.of(true, false).map(BsonBoolean::new),
                Arbitraries.longs().map(BsonDateTime::new),
                Arbitraries.longs().map(BsonTimestamp::new),
                Combinators.combine(texts, Arbitraries.of("", "i", "ims")).as(BsonRegularExpression::new),
                Combinators.combine(texts, ids).as(BsonDbPointer::new),
                strings().map(BsonJavaScript::new),
                Arbitraries.of(new BsonMinKey(), new BsonMaxKey(), BsonNull.VALUE, new BsonUndefined()));
    }

    /** Values of every type, nested up to {@code depth} levels. */
    public static Arbitrary<BsonValue> values(int depth) {
        if (depth == 0) {
            return scalars();
        }
        Arbitrary<BsonDocument> documents = documents(depth - 1);
        return Arbitraries.frequencyOf(
                Tuple.of(6, scalars()),
                Tuple.of(2, documents.map(d -> (BsonValue) d)),
                Tuple.of(2, values(depth - 1).list().ofMaxSize(3).map(BsonArray::new)),
                Tuple.of(1, Combinators.combine(strings(), documents).as(BsonJavaScriptWithScope::new)));
    }

    /** Documents whose values are nested up to {@code depth} levels. */
    public static Arbitrary<BsonDocument> documents(int depth) {
        return Combinators.combine(names(), values(depth))
                .as(BsonElement::new)
                .list()
                .ofMaxSize(4)
                .map(BsonDocument::new);
    }
}
