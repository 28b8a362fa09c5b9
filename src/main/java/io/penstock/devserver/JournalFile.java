/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.bson.RawBsonDocument;

/**
 * An append-only file of records, each with its length and checksum in front (four bytes each, big endian). What a crash has
 * left of a last, torn record is cut off when the file is opened.
 */
final class JournalFile implements Closeable {
    private static final int HEADER = 2 * Integer.BYTES;

    private final FileChannel channel;

    private JournalFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens, or makes, the journal of a directory and tells its records from the beginning.
     *
     * @throws IOException when the directory cannot be used, or another server uses it
     */
    static JournalFile open(Path directory, Consumer<RawBsonDocument> records) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve("journal.bin");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new IOException(file + " is in use by another server");
            }
            long end = read(channel, records);
            channel.truncate(end);
            channel.position(end);
            return new JournalFile(channel);
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException(file + " is in use by another server", e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Reads record by record; gives back where the last whole one ends. */
    private static long read(FileChannel channel, Consumer<RawBsonDocument> records) throws IOException {
        long at = 0;
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        while (fill(channel, header.clear(), at)) {
            int length = header.getInt(0);
            if (length < 0 || at + HEADER + length > channel.size()) {
                break;
            }
            ByteBuffer body = ByteBuffer.allocate(length);
            if (!fill(channel, body, at + HEADER) || checksum(body.array()) != header.getInt(Integer.BYTES)) {
                break;
            }
            records.accept(new RawBsonDocument(body.array()));
            at += HEADER + length;
        }
        return at;
    }

    private static boolean fill(FileChannel channel, ByteBuffer buffer, long from) throws IOException {
        long at = from;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                return false;
            }
            at += read;
        }
        return true;
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }

    /** A record as it stands in the file. */
    static ByteBuffer framed(byte[] record) {
        return ByteBuffer.allocate(HEADER + record.length)
                .putInt(record.length)
                .putInt(checksum(record))
                .put(record)
                .flip();
    }

    /** Adds framed records and returns when they are on the disk. */
    void write(Iterable<ByteBuffer> framed) throws IOException {
        for (ByteBuffer record : framed) {
            while (record.hasRemaining()) {
                channel.write(record);
            }
        }
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
