/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.record.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.flink.core.fs.Path;

/** SHA-256 of a file, read in large blocks; any number of threads may hash files at a time. */
final class FileHash {
    private static final int BLOCK = 1 << 18;

    private FileHash() {}

    /** The hash in lower-case hex digits. */
    static String of(Path file) throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] block = new byte[BLOCK];
        try (InputStream in = file.getFileSystem().open(file)) {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                digest.update(block, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
