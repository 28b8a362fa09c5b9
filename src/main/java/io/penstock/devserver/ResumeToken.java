/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.Locale;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * A place in a change stream, written as the server writes it: hexadecimal text whose plain order is the order of the stream.
 * {@code 82}, cluster time, then either the mark of a place between events, or an event's number in its transaction, the
 * collection's UUID and the document's key.
 *
 * @param time the cluster time
 * @param op the event's number in its transaction; -1 for a place before every event of the time
 * @param invalidate whether it is the token of an invalidate event
 * @param fragment the part of a split event; -1 for a whole one
 */
record ResumeToken(long time, int op, boolean invalidate, int fragment) {
    private static final String EVENT = "2B022C0100";
    private static final String BETWEEN = "2B0229296E04";
    private static final String FRAGMENT = "46";

    /** The place that everything before a cluster time has passed. */
    static BsonDocument between(long time) {
        return wrap(String.format("82%016X%s", time, BETWEEN));
    }

    /** An event's token. */
    static BsonDocument of(ChangeEntry entry, boolean invalidate) {
        StringBuilder text = new StringBuilder(String.format("82%016X%s", entry.time(), EVENT));
        appendInteger(text, entry.op());
        text.append(invalidate ? "6F" : "6E").append("5A1004");
        text.append(String.format(
                "%016X%016X",
                entry.uuid().getMostSignificantBits(), entry.uuid().getLeastSignificantBits()));
        if (entry.id() != null && !invalidate) {
            text.append("46")
                    .append(hex(Docs.bytes(new BsonDocument("_id", entry.id()))))
                    .append("00");
        }
        return wrap(text.append("04").toString());
    }

    /** The token of one part of a split event. */
    static BsonDocument fragment(BsonDocument whole, int fragment) {
        StringBuilder text = new StringBuilder(whole.getString("_data").getValue()).append(FRAGMENT);
        appendInteger(text, fragment);
        return wrap(text.toString());
    }

    private static BsonDocument wrap(String data) {
        return new BsonDocument("_data", new BsonString(data));
    }

    /** Small integers as the server's sortable keys have them: a byte that tells the length, then the doubled number. */
    private static void appendInteger(StringBuilder to, int value) {
        if (value == 0) {
            to.append("29");
        } else if (value < 1 << 7) {
            to.append(String.format("2B%02X", value << 1));
        } else if (value < 1 << 15) {
            to.append(String.format("2C%04X", value << 1));
        } else {
            to.append(String.format("2D%06X", value << 1));
        }
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().withUpperCase().formatHex(bytes);
    }

    /**
     * Reads a token.
     *
     * @throws ServerError 40647 without {@code _data}, 9 when it is not hexadecimal, 15 when it ends too early, 260 when it
     *     is no token of a change stream
     */
    static ResumeToken parse(BsonDocument token) {
        BsonValue data = token.get("_data");
        if (data == null || !data.isString()) {
            throw ServerError.location(40647, "Bad resume token: _data of missing or of wrong type: " + token.toJson());
        }
        String text = data.asString().getValue().toUpperCase(Locale.ROOT);
        if (text.length() % 2 != 0 || !text.matches("[0-9A-F]*")) {
            throw ServerError.failedToParse("resume token string was not a valid hex string");
        }
        return new Reader(text).token();
    }

    /** Reads the text from left to right. */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        ResumeToken token() {
            expect("82");
            long time = Long.parseUnsignedLong(take(16), 16);
            expect("2B02");
            if (peek("29")) {
                expect("29296E04");
                return new ResumeToken(time, -1, false, -1);
            }
            expect("2C0100");
            int op = integer();
            boolean invalidate = peek("6F");
            expect(invalidate ? "6F" : "6E");
            expect("5A1004");
            take(32);
            key();
            expect("04");
            int fragment = -1;
            if (at < text.length()) {
                expect(FRAGMENT);
                fragment = integer();
            }
            return new ResumeToken(time, op, invalidate, fragment);
        }

        private void key() {
            if (peek("46")) {
                at += 2;
                int length = Integer.reverseBytes(
                        (int) Long.parseLong(text.substring(at, Math.min(text.length(), at + 8)), 16));
                take(2 * length);
                expect("00");
            }
        }

        private int integer() {
            String kind = take(2);
            return switch (kind) {
                case "29" -> 0;
                case "2B" -> Integer.parseInt(take(2), 16) >> 1;
                case "2C" -> Integer.parseInt(take(4), 16) >> 1;
                case "2D" -> Integer.parseInt(take(6), 16) >> 1;
                default -> throw invalid();
            };
        }

        private boolean peek(String next) {
            return text.startsWith(next, at);
        }

        private void expect(String next) {
            if (!take(next.length()).equals(next)) {
                throw invalid();
            }
        }

        private String take(int length) {
            if (length < 0 || at + length > text.length()) {
                throw new ServerError(15, "Overflow", "KeyString format error: Unexpected end of resume token");
            }
            at += length;
            return text.substring(at - length, at);
        }

        private ServerError invalid() {
            return new ServerError(260, "InvalidResumeToken", "Invalid resume token: " + text);
        }
    }
}
