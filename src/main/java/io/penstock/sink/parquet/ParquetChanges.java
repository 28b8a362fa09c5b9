/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.parquet;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.columns.Column;
import io.penstock.spec.UnfitPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;

/**
 * Writes one Parquet file, row group by row group. Between two of them nothing is held but the footer to come: the rows of a group are given at
 * once, and its pages are gone when it is written. The same rows give the same bytes.
 *
 * <p>It goes one level below Parquet's {@code ParquetWriter}, which decides by itself when a row group ends, from an estimate of its rows' size
 * that a large document makes wrong, and which needs Hadoop's codecs.
 *
 * <p>Not thread-safe.
 */
public final class ParquetChanges {
    /** Says in the footer that the file holds changes, in the columns of this number. */
    static final String FORMAT = "penstock.format";

    private static final int INDEXED_BYTES = 64;

    /** Documents beyond that, in bytes, are large. */
    private static final int LARGE = 64 * 1024;

    /** Row counts between which the size of the pages is looked at: a page ends soon after a large document. */
    private static final int LEAST_ROWS_UNTIL_CHECK = 1;

    private static final int MOST_ROWS_UNTIL_CHECK = 128;

    private final List<Column> columns;
    private final UnfitPolicy unfit;
    private final PageCodec codec;
    private final MessageType schema;
    private final ParquetProperties usual = properties(true);
    private final ParquetProperties large = properties(false);
    private final ParquetFileWriter file;

    /**
     * Begins a file.
     *
     * @param out gets the file's bytes; is not closed
     * @param columns of the documents, besides those of every file
     */
    public ParquetChanges(OutputStream out, List<Column> columns, UnfitPolicy unfit, PageCodec codec)
            throws IOException {
        this.columns = columns;
        this.unfit = unfit;
        this.codec = codec;
        this.schema = ChangeTable.of(columns, unfit);
        this.file = new ParquetFileWriter(
                new StreamTarget(out), schema, ParquetFileWriter.Mode.CREATE, 0, 0, INDEXED_BYTES, INDEXED_BYTES, true);
        file.start();
    }

    /**
     * The oldest form of pages, which every reader reads. Documents are not ordered, so their least and greatest are of no use.
     *
     * @param small whether all values are: a dictionary and the least and greatest of a column copy values, and the latter are kept, whole, until
     *     the file ends
     */
    private static ParquetProperties properties(boolean small) {
        ParquetProperties.Builder properties = ParquetProperties.builder()
                .withWriterVersion(WriterVersion.PARQUET_1_0)
                .withAllocator(new HeapByteBufferAllocator())
                .withMinRowCountForPageSizeCheck(LEAST_ROWS_UNTIL_CHECK)
                .withMaxRowCountForPageSizeCheck(MOST_ROWS_UNTIL_CHECK)
                .withDictionaryEncoding(small)
                .withStatisticsEnabled(small)
                .withStatisticsEnabled(ChangeTable.DOCUMENT, false)
                .withStatisticsEnabled(ChangeTable.UNFIT, false);
        ChangeTable.DISTINCT.forEach(column -> properties.withDictionaryEncoding(column, false));
        return properties.build();
    }

    /** Appends a row group. */
    public void rowGroup(List<ChangeRecord> changes) throws IOException {
        boolean isLarge =
                changes.stream().anyMatch(change -> change.document() != null && change.document().length > LARGE);
        ParquetProperties properties = isLarge ? large : usual;
        ColumnChunkPageWriteStore pages = ColumnChunkPageWriteStore.builder()
                .withSchema(schema)
                .withAllocator(properties.getAllocator())
                .withColumnIndexTruncateLength(INDEXED_BYTES)
                .withPageWriteChecksumEnabled(true)
                .withCompressorProvider(column -> new PageCompressor(codec))
                .build();
        try (pages;
                ColumnWriteStore store = properties.newColumnWriteStore(schema, pages, pages)) {
            ChangeRows rows = new ChangeRows(schema, columns, unfit, store);
            for (ChangeRecord change : changes) {
                rows.write(change);
                store.endRecord();
            }
            file.startBlock(changes.size());
            store.flush();
            pages.flushToFileWriter(file);
            file.endBlock();
        }
    }

    /** Ends the file. */
    public void finish() throws IOException {
        file.end(Map.of(FORMAT, "1"));
    }
}
