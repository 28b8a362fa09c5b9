/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Hashes and counts the bytes on their way into a file, in large blocks. Closing it passes on what is buffered and leaves the file
 * open, since a recoverable stream is not closed but closed for commit.
 */
final class HashingStream extends OutputStream {
    private static final int BLOCK = 64 * 1024;

    private final OutputStream out;
    private final MessageDigest digest;
    private final byte[] block = new byte[BLOCK];
    private int filled;
    private long bytes;

    HashingStream(OutputStream out) {
        this.out = out;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void write(int oneByte) throws IOException {
        if (filled == BLOCK) {
            drain();
        }
        block[filled++] = (byte) oneByte;
    }

    @Override
    public void write(byte[] source, int offset, int count) throws IOException {
        if (count > BLOCK - filled) {
            drain();
            if (count >= BLOCK) {
                pass(source, offset, count);
                return;
            }
        }
        System.arraycopy(source, offset, block, filled, count);
        filled += count;
    }

    @Override
    public void close() throws IOException {
        drain();
    }

    /** Bytes that came in so far. */
    long bytes() {
        return bytes + filled;
    }

    /** The hash of all bytes; to be called once, after {@link #close()}. */
    byte[] sha256() {
        return digest.digest();
    }

    private void drain() throws IOException {
        int count = filled;
        filled = 0;
        pass(block, 0, count);
    }

    private void pass(byte[] source, int offset, int count) throws IOException {
        digest.update(source, offset, count);
        out.write(source, offset, count);
        bytes += count;
    }
}
