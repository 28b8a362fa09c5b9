/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.Namespace;
import io.penstock.record.Sha256;
import java.util.HexFormat;

/**
 * The folder of a namespace: its name, with whatever a file system could take for something else percent-encoded, so that no name of
 * a collection leads out of the export, hides from its readers, or fails on some file system or locale.
 */
final class NamespaceFolder {
    /** File systems allow 255 bytes; a namespace has up to 255 itself, three times as many when encoded. */
    private static final int LONGEST = 200;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private NamespaceFolder() {}

    /**
     * Kept as they are: ASCII letters and digits, {@code -}, {@code _} and {@code .} but for a leading {@code _} or {@code .} and a
     * dot after a dot. A folder's name that grows too long ends in {@code ~} and a hash of the namespace.
     */
    static String of(Namespace namespace) {
        byte[] name = namespace.toString().getBytes(UTF_8);
        StringBuilder folder = new StringBuilder(name.length + 8);
        int kept = 0;
        for (int i = 0; i < name.length; i++) {
            if (plain(name, i)) {
                folder.append((char) name[i]);
            } else {
                folder.append('%').append(HEX.toHexDigits(name[i]));
            }
            if (folder.length() <= LONGEST) {
                kept = folder.length();
            }
        }
        if (folder.length() > LONGEST) {
            folder.setLength(kept);
            folder.append('~').append(Sha256.hex(name, 16));
        }
        return folder.toString();
    }

    private static boolean plain(byte[] name, int at) {
        byte c = name[at];
        return switch (c) {
            case '_' -> at > 0;
            case '.' -> at > 0 && name[at - 1] != '.';
            case '-' -> true;
            default -> c > 0 && Character.isLetterOrDigit(c);
        };
    }
}
