/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.penstock.record.BsonCursor;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.bson.types.Decimal128;

/**
 * Writes raw BSON as MongoDB Extended JSON v2 straight from its bytes: nothing is decoded into objects, field order and
 * double names stay as they are, and no line break is ever written.
 *
 * <p>Source: <a href="https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md">Extended
 * JSON v2</a>. A document that itself spells such a wrapper (a field named {@code $oid}, say) cannot be told from the wrapper:
 * the specification knows no escape for it.
 */
public final class ExtendedJson {
    /** The end of the year 9999, in milliseconds: later dates have no ISO 8601 form that readers agree on. */
    private static final long LAST_ISO_MILLIS = 253_402_300_799_999L;

    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] NULL = ascii("null");
    private static final byte[] INT32 = ascii("{\"$numberInt\":\"");
    private static final byte[] INT64 = ascii("{\"$numberLong\":\"");
    private static final byte[] DOUBLE = ascii("{\"$numberDouble\":\"");
    private static final byte[] DECIMAL = ascii("{\"$numberDecimal\":\"");
    private static final byte[] OBJECT_ID = ascii("{\"$oid\":\"");
    private static final byte[] DATE = ascii("{\"$date\":");
    private static final byte[] BINARY = ascii("{\"$binary\":{\"base64\":\"");
    private static final byte[] SUB_TYPE = ascii("\",\"subType\":\"");
    private static final byte OLD_BINARY = 2;
    private static final byte[] TEXT_END = ascii("\"}");

    private final boolean relaxed;
    private final Bytes out;

    private ExtendedJson(boolean relaxed, Bytes out) {
        this.relaxed = relaxed;
        this.out = out;
    }

    /** Appends the document that begins at an offset in canonical form: every value keeps its BSON type. */
    public static void canonical(byte[] bson, int offset, Bytes out) {
        new ExtendedJson(false, out).document(bson, offset);
    }

    /** Appends the document that begins at an offset in relaxed form: numbers and dates as JSON readers expect them. */
    public static void relaxed(byte[] bson, int offset, Bytes out) {
        new ExtendedJson(true, out).document(bson, offset);
    }

    /** Appends the value that a cursor over these bytes stands at, in canonical form. */
    public static void canonical(byte[] bson, BsonCursor at, Bytes out) {
        new ExtendedJson(false, out).value(at.type(), bson, at.valueOffset());
    }

    /** Appends the value that a cursor over these bytes stands at, in relaxed form. */
    public static void relaxed(byte[] bson, BsonCursor at, Bytes out) {
        new ExtendedJson(true, out).value(at.type(), bson, at.valueOffset());
    }

    /** Appends one value, of a BSON type and from an offset on, in canonical form. */
    public static void canonicalValue(byte type, byte[] bson, int offset, Bytes out) {
        new ExtendedJson(false, out).value(type, bson, offset);
    }

    /** Appends one value, of a BSON type and from an offset on, in relaxed form. */
    public static void relaxedValue(byte type, byte[] bson, int offset, Bytes out) {
        new ExtendedJson(true, out).value(type, bson, offset);
    }

    private void document(byte[] bson, int offset) {
        BsonCursor cursor = new BsonCursor().reset(bson, offset);
        out.put('{');
        for (boolean first = true; cursor.next(); first = false) {
            if (!first) {
                out.put(',');
            }
            JsonText.write(bson, cursor.nameOffset(), cursor.nameLength(), out);
            out.put(':');
            value(cursor.type(), bson, cursor.valueOffset());
        }
        out.put('}');
    }

    private void array(byte[] bson, int offset) {
        BsonCursor cursor = new BsonCursor().reset(bson, offset);
        out.put('[');
        for (boolean first = true; cursor.next(); first = false) {
            if (!first) {
                out.put(',');
            }
            value(cursor.type(), bson, cursor.valueOffset());
        }
        out.put(']');
    }

    private void value(byte type, byte[] bson, int at) {
        switch (type) {
            case BsonCursor.DOUBLE -> real(Double.longBitsToDouble(BsonCursor.readLong(bson, at)));
            case BsonCursor.STRING -> string(bson, at);
            case BsonCursor.DOCUMENT -> document(bson, at);
            case BsonCursor.ARRAY -> array(bson, at);
            case BsonCursor.BINARY -> binary(bson, at);
            case BsonCursor.UNDEFINED -> out.ascii("{\"$undefined\":true}");
            case BsonCursor.OBJECT_ID -> objectId(bson, at);
            case BsonCursor.BOOLEAN -> out.put(bson[at] != 0 ? TRUE : FALSE);
            case BsonCursor.DATE_TIME -> date(BsonCursor.readLong(bson, at));
            case BsonCursor.NULL -> out.put(NULL);
            case BsonCursor.REGULAR_EXPRESSION -> regularExpression(bson, at);
            case BsonCursor.DB_POINTER -> pointer(bson, at);
            case BsonCursor.JAVASCRIPT -> wrapped("{\"$code\":", bson, at).put('}');
            case BsonCursor.SYMBOL -> wrapped("{\"$symbol\":", bson, at).put('}');
            case BsonCursor.JAVASCRIPT_WITH_SCOPE -> scoped(bson, at);
            case BsonCursor.INT32 -> number(INT32, BsonCursor.readInt(bson, at));
            case BsonCursor.TIMESTAMP -> timestamp(BsonCursor.readLong(bson, at));
            case BsonCursor.INT64 -> number(INT64, BsonCursor.readLong(bson, at));
            case BsonCursor.DECIMAL128 -> decimal(bson, at);
            case BsonCursor.MIN_KEY -> out.ascii("{\"$minKey\":1}");
            case BsonCursor.MAX_KEY -> out.ascii("{\"$maxKey\":1}");
            default -> throw new IllegalStateException("BSON type " + type);
        }
    }

    private void number(byte[] wrapper, long number) {
        if (relaxed) {
            out.decimal(number);
        } else {
            out.put(wrapper).decimal(number).put(TEXT_END);
        }
    }

    /**
     * The shortest digits that read back as the same number. By Jackson, not by {@link Double#toString}: that one's text differs
     * between a JDK 17 and a JDK 19, and the same change must be the same bytes on each.
     */
    private void real(double number) {
        String text = NumberOutput.toString(number, true);
        if (relaxed && Double.isFinite(number)) {
            out.ascii(text);
        } else {
            out.put(DOUBLE).ascii(text).put(TEXT_END);
        }
    }

    private void decimal(byte[] bson, int at) {
        Decimal128 number =
                Decimal128.fromIEEE754BIDEncoding(BsonCursor.readLong(bson, at + 8), BsonCursor.readLong(bson, at));
        out.put(DECIMAL).ascii(number.toString()).put(TEXT_END);
    }

    private void date(long millis) {
        out.put(DATE);
        if (relaxed && millis >= 0 && millis <= LAST_ISO_MILLIS) {
            out.put('"').ascii(Instant.ofEpochMilli(millis).toString()).put(TEXT_END);
        } else {
            out.put(INT64).decimal(millis).put(TEXT_END).put('}');
        }
    }

    private void timestamp(long value) {
        out.ascii("{\"$timestamp\":{\"t\":").decimal(value >>> 32);
        out.ascii(",\"i\":").decimal(value & 0xFFFFFFFFL).ascii("}}");
    }

    private void objectId(byte[] bson, int at) {
        out.put(OBJECT_ID).hex(bson, at, 12).put(TEXT_END);
    }

    /** Sub-type 2 holds its length a second time, which is no part of its content. */
    private void binary(byte[] bson, int at) {
        int length = BsonCursor.readInt(bson, at);
        int content = at + 5;
        boolean old = bson[at + 4] == OLD_BINARY && length >= 4;
        byte[] data = Arrays.copyOfRange(bson, old ? content + 4 : content, content + length);
        out.put(BINARY).put(Base64.getEncoder().encode(data)).put(SUB_TYPE);
        out.hex(bson, at + 4, 1).ascii("\"}}");
    }

    private void regularExpression(byte[] bson, int at) {
        int patternEnd = zero(bson, at);
        out.ascii("{\"$regularExpression\":{\"pattern\":");
        JsonText.write(bson, at, patternEnd - at, out);
        out.ascii(",\"options\":");
        int options = patternEnd + 1;
        JsonText.write(bson, options, zero(bson, options) - options, out);
        out.ascii("}}");
    }

    private static int zero(byte[] bson, int from) {
        int zero = from;
        while (bson[zero] != 0) {
            zero++;
        }
        return zero;
    }

    private void pointer(byte[] bson, int at) {
        wrapped("{\"$dbPointer\":{\"$ref\":", bson, at).ascii(",\"$id\":");
        objectId(bson, at + 4 + BsonCursor.readInt(bson, at));
        out.ascii("}}");
    }

    private void scoped(byte[] bson, int at) {
        wrapped("{\"$code\":", bson, at + 4).ascii(",\"$scope\":");
        document(bson, at + 8 + BsonCursor.readInt(bson, at + 4));
        out.put('}');
    }

    private Bytes wrapped(String opening, byte[] bson, int at) {
        out.ascii(opening);
        string(bson, at);
        return out;
    }

    private void string(byte[] bson, int at) {
        JsonText.write(bson, at + 4, BsonCursor.readInt(bson, at) - 1, out);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
