/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.record.Key;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bson.RawBsonDocument;

/**
 * How an export compares with its source, document by document, field order and types included.
 *
 * @param source how many documents the source has
 * @param exported how many documents the export has
 * @param lost keys of the source that the export lacks or has with other content; at most {@link #NAMED} are named
 * @param losses how many those are
 * @param surplus how many documents the export has and the source has not
 * @param duplicates how many lines the export repeats
 */
record Comparison(long source, long exported, List<Key> lost, long losses, long surplus, long duplicates) {
    static final int NAMED = 5;

    /** Compares all documents of the source, in any order, with what the files say. */
    static Comparison of(Iterable<RawBsonDocument> source, ExportedFiles export) {
        List<Key> lost = new ArrayList<>();
        long documents = 0;
        long losses = 0;
        long met = 0;
        for (RawBsonDocument document : source) {
            documents++;
            byte[] expected = bytes(document);
            Key key = Key.of(expected);
            byte[] exported = export.document(key);
            met += exported == null ? 0 : 1;
            if (exported == null || !Arrays.equals(expected, exported)) {
                losses++;
                if (lost.size() < NAMED) {
                    lost.add(key);
                }
            }
        }
        return new Comparison(
                documents,
                export.documents(),
                List.copyOf(lost),
                losses,
                export.documents() - met,
                export.duplicates());
    }

    /** True when nothing is lost, nothing is too much and nothing is doubled. */
    boolean equal() {
        return losses == 0 && surplus == 0 && duplicates == 0;
    }

    /** The document's own bytes: a raw document may be a window of a larger buffer. */
    private static byte[] bytes(RawBsonDocument document) {
        ByteBuffer buffer = document.getByteBuffer().asNIO();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
