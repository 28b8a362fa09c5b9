/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.bson.RawBsonDocument;

/**
 * Reads a file of documents, batch by batch, never the whole of it: NDJSON (one document a line) and JSON arrays, both in
 * Extended JSON, canonical or relaxed, and dumps of BSON documents one after the other. Which of them it is, and whether it is
 * gzipped, is told from its first bytes.
 */
public final class DevServerImport {
    private static final int MAX_BATCH_DOCUMENTS = 1000;
    private static final int MAX_BATCH_BYTES = 8 * 1024 * 1024;
    private static final int GZIP_MAGIC_1 = 0x1F;
    private static final int GZIP_MAGIC_2 = 0x8B;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Consumer<List<RawBsonDocument>> target;
    private List<RawBsonDocument> batch = new ArrayList<>();
    private long batchBytes;
    private long documents;

    private DevServerImport(Consumer<List<RawBsonDocument>> target) {
        this.target = target;
    }

    /**
     * Hands the file's documents to {@code target} in their order, in batches of at most 1,000 documents and about 8 MB, on the
     * caller's thread.
     *
     * @return how many documents there were
     * @throws ImportException when the file holds something that is no document; the batches before it have been handed over
     * @throws IOException when the file cannot be read
     */
    public static long read(Path file, Consumer<List<RawBsonDocument>> target) throws IOException {
        DevServerImport run = new DevServerImport(target);
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
                InputStream in = unzipped(raw)) {
            if (looksLikeBson(in)) {
                BsonDump.read(file, in, run::add);
            } else {
                JsonFile.read(file, in, run::add);
            }
        }
        run.flush();
        return run.documents;
    }

    private void add(RawBsonDocument document) {
        batch.add(document);
        batchBytes += document.getByteBuffer().remaining();
        documents++;
        if (batch.size() >= MAX_BATCH_DOCUMENTS || batchBytes >= MAX_BATCH_BYTES) {
            flush();
        }
    }

    private void flush() {
        if (!batch.isEmpty()) {
            target.accept(batch);
            batch = new ArrayList<>();
            batchBytes = 0;
        }
    }

    private static InputStream unzipped(InputStream raw) throws IOException {
        byte[] head = peek(raw, 2);
        boolean gzip = head.length == 2 && (head[0] & 0xFF) == GZIP_MAGIC_1 && (head[1] & 0xFF) == GZIP_MAGIC_2;
        return gzip ? new BufferedInputStream(new GZIPInputStream(raw, BUFFER_BYTES), BUFFER_BYTES) : raw;
    }

    /** A document's length is below 32 MB, so the fourth byte of a dump is 0 or 1: no character that JSON may hold there. */
    private static boolean looksLikeBson(InputStream in) throws IOException {
        byte[] head = peek(in, Integer.BYTES);
        return head.length == Integer.BYTES && (head[3] == 0 || head[3] == 1);
    }

    private static byte[] peek(InputStream in, int count) throws IOException {
        in.mark(count);
        byte[] head = in.readNBytes(count);
        in.reset();
        return head;
    }
}
