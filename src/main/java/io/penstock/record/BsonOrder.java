/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.bson.BsonBinary;
import org.bson.BsonDbPointer;
import org.bson.BsonDocument;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonRegularExpression;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.types.Decimal128;

/**
 * MongoDB's total order of BSON values under the simple collation: the order of the {@code _id} index, of
 * {@code sort({_id: 1})} and of {@code min}/{@code max} bounds.
 *
 * <p>Values of different types are ordered by {@linkplain #rank(BsonType) type} first, where all numbers are one type and
 * symbols are strings. Values that this order calls equal need not be {@code equals}: {@code 1}, {@code 1.0} and Decimal
 * {@code 1.00} are the same place in an index. Numbers are compared by their exact values: neither a long above 2^53 nor a
 * Decimal of 34 digits is rounded on the way.
 *
 * <p>The rules are those of the server's index keys and of its comparison of values; where its manual is silent (undefined
 * before null, DBPointer and binary by length first, documents by type before name) the server's behaviour counts.
 *
 * <p>Stateless and safe for use by any thread.
 */
public final class BsonOrder implements Comparator<BsonValue> {
    /** The order; there is only one. */
    public static final BsonOrder ASCENDING = new BsonOrder();

    private static final int OLD_BINARY = 2;

    private BsonOrder() {}

    @Override
    public int compare(BsonValue left, BsonValue right) {
        int byType = Integer.compare(rank(left.getBsonType()), rank(right.getBsonType()));
        return byType != 0 ? byType : compareWithinType(left, right);
    }

    /**
     * The place of a type among the types; types with the same rank are compared by value.
     *
     * @throws IllegalArgumentException for {@link BsonType#END_OF_DOCUMENT}, which no value has
     */
    public static int rank(BsonType type) {
        return switch (type) {
            case MIN_KEY -> 0;
            case UNDEFINED -> 1;
            case NULL -> 2;
            case INT32, INT64, DOUBLE, DECIMAL128 -> 3;
            case STRING, SYMBOL -> 4;
            case DOCUMENT -> 5;
            case ARRAY -> 6;
            case BINARY -> 7;
            case OBJECT_ID -> 8;
            case BOOLEAN -> 9;
            case DATE_TIME -> 10;
            case TIMESTAMP -> 11;
            case REGULAR_EXPRESSION -> 12;
            case DB_POINTER -> 13;
            case JAVASCRIPT -> 14;
            case JAVASCRIPT_WITH_SCOPE -> 15;
            case MAX_KEY -> 16;
            case END_OF_DOCUMENT -> throw new IllegalArgumentException("not a type of values: " + type);
        };
    }

    private static int compareWithinType(BsonValue left, BsonValue right) {
        return switch (left.getBsonType()) {
            case INT32, INT64, DOUBLE, DECIMAL128 -> compareNumbers(left, right);
            case STRING, SYMBOL -> compareUtf8(text(left), text(right));
            case DOCUMENT -> compareDocuments(left.asDocument(), right.asDocument());
            case ARRAY -> compareArrays(left.asArray(), right.asArray());
            case BINARY -> compareBinary(left.asBinary(), right.asBinary());
            case OBJECT_ID -> left.asObjectId()
                    .getValue()
                    .compareTo(right.asObjectId().getValue());
            case BOOLEAN -> Boolean.compare(
                    left.asBoolean().getValue(), right.asBoolean().getValue());
            case DATE_TIME -> Long.compare(
                    left.asDateTime().getValue(), right.asDateTime().getValue());
            case TIMESTAMP -> Long.compareUnsigned(
                    left.asTimestamp().getValue(), right.asTimestamp().getValue());
            case REGULAR_EXPRESSION -> compareRegex(left.asRegularExpression(), right.asRegularExpression());
            case DB_POINTER -> compareDbPointers(left.asDBPointer(), right.asDBPointer());
            case JAVASCRIPT -> compareUtf8(
                    left.asJavaScript().getCode(), right.asJavaScript().getCode());
            case JAVASCRIPT_WITH_SCOPE -> compareScoped(left.asJavaScriptWithScope(), right.asJavaScriptWithScope());
            case MIN_KEY, UNDEFINED, NULL, MAX_KEY, END_OF_DOCUMENT -> 0;
        };
    }

    private static String text(BsonValue value) {
        return value.isString() ? value.asString().getValue() : value.asSymbol().getSymbol();
    }

    /**
     * Compares two strings by the bytes of their UTF-8 forms. {@link String#compareTo} would put U+FFFF after U+10000, whose
     * first UTF-16 unit is a surrogate.
     */
    public static int compareUtf8(String left, String right) {
        int common = Math.min(left.length(), right.length());
        for (int i = 0; i < common; i++) {
            char l = left.charAt(i);
            char r = right.charAt(i);
            if (l != r) {
                if (!Character.isSurrogate(l) && !Character.isSurrogate(r)) {
                    return Character.compare(l, r);
                }
                boolean inPair = i > 0
                        && Character.isHighSurrogate(left.charAt(i - 1))
                        && (Character.isLowSurrogate(l) || Character.isLowSurrogate(r));
                int at = inPair ? i - 1 : i;
                return Integer.compare(left.codePointAt(at), right.codePointAt(at));
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    /** Field by field: first the types, then the names, then the values; a document that is a beginning of another is less. */
    private static int compareDocuments(BsonDocument left, BsonDocument right) {
        Iterator<Map.Entry<String, BsonValue>> lefts = left.entrySet().iterator();
        Iterator<Map.Entry<String, BsonValue>> rights = right.entrySet().iterator();
        while (lefts.hasNext() && rights.hasNext()) {
            Map.Entry<String, BsonValue> l = lefts.next();
            Map.Entry<String, BsonValue> r = rights.next();
            int order = Integer.compare(
                    rank(l.getValue().getBsonType()), rank(r.getValue().getBsonType()));
            if (order == 0) {
                order = compareUtf8(l.getKey(), r.getKey());
            }
            if (order == 0) {
                order = compareWithinType(l.getValue(), r.getValue());
            }
            if (order != 0) {
                return order;
            }
        }
        return Boolean.compare(lefts.hasNext(), rights.hasNext());
    }

    private static int compareArrays(List<BsonValue> left, List<BsonValue> right) {
        Iterator<BsonValue> lefts = left.iterator();
        Iterator<BsonValue> rights = right.iterator();
        while (lefts.hasNext() && rights.hasNext()) {
            int order = ASCENDING.compare(lefts.next(), rights.next());
            if (order != 0) {
                return order;
            }
        }
        return Boolean.compare(lefts.hasNext(), rights.hasNext());
    }

    private static int compareBinary(BsonBinary left, BsonBinary right) {
        int order = Integer.compare(storedLength(left), storedLength(right));
        if (order == 0) {
            order = Integer.compare(left.getType() & 0xFF, right.getType() & 0xFF);
        }
        return order != 0 ? order : Arrays.compareUnsigned(left.getData(), right.getData());
    }

    /** Subtype 2 repeats its length inside of what is stored; the driver hides that. */
    private static int storedLength(BsonBinary binary) {
        return binary.getData().length + (binary.getType() == OLD_BINARY ? Integer.BYTES : 0);
    }

    private static int compareRegex(BsonRegularExpression left, BsonRegularExpression right) {
        int order = compareUtf8(left.getPattern(), right.getPattern());
        return order != 0 ? order : compareUtf8(left.getOptions(), right.getOptions());
    }

    private static int compareDbPointers(BsonDbPointer left, BsonDbPointer right) {
        int order = Integer.compare(utf8Length(left.getNamespace()), utf8Length(right.getNamespace()));
        if (order == 0) {
            order = compareUtf8(left.getNamespace(), right.getNamespace());
        }
        return order != 0 ? order : left.getId().compareTo(right.getId());
    }

    private static int utf8Length(String text) {
        return text.codePoints()
                .map(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4)
                .sum();
    }

    private static int compareScoped(BsonJavaScriptWithScope left, BsonJavaScriptWithScope right) {
        int order = compareUtf8(left.getCode(), right.getCode());
        return order != 0 ? order : compareDocuments(left.getScope(), right.getScope());
    }

    /** NaN is the least number and equal to itself; the two zeros are equal; else the exact values decide. */
    private static int compareNumbers(BsonValue left, BsonValue right) {
        boolean leftIntegral = left.isInt32() || left.isInt64();
        boolean rightIntegral = right.isInt32() || right.isInt64();
        if (leftIntegral && rightIntegral) {
            return Long.compare(left.asNumber().longValue(), right.asNumber().longValue());
        }
        if (left.isDouble() && right.isDouble()) {
            return compareDoubles(left.asDouble().getValue(), right.asDouble().getValue());
        }
        int order = Integer.compare(magnitudeClass(left), magnitudeClass(right));
        return order != 0 || magnitudeClass(left) != FINITE
                ? order
                : exact(left).compareTo(exact(right));
    }

    private static int compareDoubles(double left, double right) {
        if (left < right) {
            return -1;
        }
        if (left > right) {
            return 1;
        }
        return left == right ? 0 : Boolean.compare(!Double.isNaN(left), !Double.isNaN(right));
    }

    private static final int FINITE = 0;

    /** -2 for NaN, -1 for minus infinity, 1 for infinity, 0 for every other number. */
    private static int magnitudeClass(BsonValue number) {
        if (number.isDouble()) {
            double value = number.asDouble().getValue();
            return Double.isNaN(value) ? -2 : Double.isInfinite(value) ? (int) Math.signum(value) : FINITE;
        }
        if (number.isDecimal128()) {
            Decimal128 value = number.asDecimal128().getValue();
            return value.isNaN() ? -2 : value.isInfinite() ? (value.isNegative() ? -1 : 1) : FINITE;
        }
        return FINITE;
    }

    private static BigDecimal exact(BsonValue number) {
        if (number.isDouble()) {
            return new BigDecimal(number.asDouble().getValue());
        }
        if (number.isDecimal128()) {
            return exact(number.asDecimal128().getValue());
        }
        return BigDecimal.valueOf(number.asNumber().longValue());
    }

    /**
     * BigDecimal knows no negative zero, and the driver refuses to turn it into zero. A coefficient beyond 34 digits, which the
     * format can spell but does not allow, counts as zero.
     */
    private static BigDecimal exact(Decimal128 value) {
        boolean coefficientTooLarge = (value.getHigh() & LARGE_COEFFICIENT) == LARGE_COEFFICIENT;
        if (coefficientTooLarge || (value.getLow() == 0 && (value.getHigh() & COEFFICIENT) == 0)) {
            return BigDecimal.ZERO;
        }
        BigDecimal exact = value.bigDecimalValue();
        return exact.precision() <= MAX_DIGITS ? exact : BigDecimal.ZERO;
    }

    private static final int MAX_DIGITS = 34;
    private static final long LARGE_COEFFICIENT = 0x6000_0000_0000_0000L;
    /** The bits of a Decimal128's higher half that belong to its coefficient (all but sign and exponent). */
    private static final long COEFFICIENT = 0x0001_FFFF_FFFF_FFFFL;
}
