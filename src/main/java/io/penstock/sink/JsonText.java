/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Writes UTF-8 bytes as a JSON string without decoding them. Beyond what JSON demands (quote, backslash, control characters) it
 * escapes U+0085, U+2028 and U+2029: some readers split lines at them, and a line must stay one line for each of them.
 */
public final class JsonText {
    private static final byte[][] ESCAPES = new byte[128][];
    private static final byte[] NEXT_LINE = "\\u0085".getBytes(US_ASCII);
    private static final byte[] LINE_SEPARATOR = "\\u2028".getBytes(US_ASCII);
    private static final byte[] PARAGRAPH_SEPARATOR = "\\u2029".getBytes(US_ASCII);

    static {
        for (int i = 0; i < 0x20; i++) {
            ESCAPES[i] = String.format("\\u%04x", i).getBytes(US_ASCII);
        }
        ESCAPES['\b'] = new byte[] {'\\', 'b'};
        ESCAPES['\t'] = new byte[] {'\\', 't'};
        ESCAPES['\n'] = new byte[] {'\\', 'n'};
        ESCAPES['\f'] = new byte[] {'\\', 'f'};
        ESCAPES['\r'] = new byte[] {'\\', 'r'};
        ESCAPES['"'] = new byte[] {'\\', '"'};
        ESCAPES['\\'] = new byte[] {'\\', '\\'};
    }

    private JsonText() {}

    /** Appends the quoted text. */
    public static void write(String text, Bytes out) {
        byte[] utf8 = text.getBytes(UTF_8);
        write(utf8, 0, utf8.length, out);
    }

    /**
     * Appends the quoted text. The server does not check strings: where the bytes are no valid UTF-8, U+FFFD stands for what cannot
     * be read, as every driver shows it.
     */
    public static void write(byte[] source, int offset, int count, Bytes out) {
        int before = out.length();
        out.put('"');
        int end = offset + count;
        int written = offset;
        int at = offset;
        while (at < end) {
            byte[] escape = null;
            int length = 1;
            if (source[at] >= 0) {
                escape = ESCAPES[source[at]];
            } else {
                length = sequenceLength(source, at, end);
                if (length == 0) {
                    out.truncate(before);
                    write(new String(source, offset, count, UTF_8), out);
                    return;
                }
                escape = lineBreak(source, at);
            }
            if (escape != null) {
                out.put(source, written, at - written).put(escape);
                written = at + length;
            }
            at += length;
        }
        out.put(source, written, end - written).put('"');
    }

    /** Whether bytes are well-formed UTF-8. */
    public static boolean isUtf8(byte[] source, int offset, int count) {
        int end = offset + count;
        for (int at = offset; at < end; ) {
            int length = source[at] >= 0 ? 1 : sequenceLength(source, at, end);
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private static byte[] lineBreak(byte[] source, int at) {
        if (source[at] == (byte) 0xC2) {
            return source[at + 1] == (byte) 0x85 ? NEXT_LINE : null;
        }
        if (source[at] == (byte) 0xE2 && source[at + 1] == (byte) 0x80) {
            return source[at + 2] == (byte) 0xA8
                    ? LINE_SEPARATOR
                    : source[at + 2] == (byte) 0xA9 ? PARAGRAPH_SEPARATOR : null;
        }
        return null;
    }

    /** Bytes of the well-formed sequence that begins here (Unicode 15, table 3-7); 0 when it is ill-formed. */
    private static int sequenceLength(byte[] source, int at, int end) {
        int lead = source[at] & 0xFF;
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (length > end - at) {
            return 0;
        }
        int second = source[at + 1] & 0xFF;
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int i = at + 2; i < at + length; i++) {
            if ((source[i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }
}
