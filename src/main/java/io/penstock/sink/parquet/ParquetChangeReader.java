/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.parquet;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.ChangeDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnReadStore;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;

/**
 * Reads back the changes of a file that {@link ParquetChanges} wrote, from the columns of every file. For commands: Parquet's reader loads
 * classes of Hadoop's, which the job jar does not have.
 */
public final class ParquetChangeReader {
    private static final MessageType CHANGES = ChangeTable.changes();

    private ParquetChangeReader() {}

    /**
     * Passes on the changes of a file in its order. One row group is held at a time.
     *
     * @param codecs by their name
     * @param only a key: changes of others are read no further than to their key, and passed on as null; null for all
     * @throws IOException when the file cannot be read or ends early
     * @throws RuntimeException when it holds something else
     */
    public static void read(
            InputFile file, Function<CompressionCodecName, PageCodec> codecs, Key only, Consumer<ChangeRecord> changes)
            throws IOException {
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new Codecs(codecs))
                .usePageChecksumVerification(true)
                .build();
        try (ParquetFileReader reader = new ParquetFileReader(file, options)) {
            FileMetaData footer = reader.getFileMetaData();
            if (!footer.getKeyValueMetaData().containsKey(ParquetChanges.FORMAT)) {
                throw new IOException("a Parquet file, but not one of changes");
            }
            reader.setRequestedSchema(CHANGES);
            for (PageReadStore rows = reader.readNextRowGroup(); rows != null; rows = reader.readNextRowGroup()) {
                read(rows, footer.getCreatedBy(), only, changes);
            }
        }
    }

    private static void read(PageReadStore rows, String createdBy, Key only, Consumer<ChangeRecord> changes) {
        ColumnReadStore store = new ColumnReadStoreImpl(rows, new Nothing(), CHANGES, createdBy);
        ColumnReader[] columns =
                CHANGES.getColumns().stream().map(store::getColumnReader).toArray(ColumnReader[]::new);
        for (long row = 0; row < rows.getRowCount(); row++) {
            changes.accept(change(columns, only));
            for (ColumnReader column : columns) {
                column.consume();
            }
        }
    }

    /** In the order of {@link ChangeTable#changes}; null for a change of another key. */
    private static ChangeRecord change(ColumnReader[] column, Key only) {
        byte[] documentKey = ChangeDecoder.document(text(column[2]));
        Key key = Key.of(documentKey);
        if (only != null && !only.equals(key)) {
            return null;
        }
        String document = text(column[5]);
        String shape = text(column[8]);
        return new ChangeRecord(
                ChangeDecoder.op(text(column[0])),
                Namespace.parse(text(column[1])),
                key,
                documentKey,
                Version.parse(text(column[3])),
                column[4].getInteger(),
                document == null ? null : ChangeDecoder.document(document),
                null,
                column[6].getInteger(),
                column[7].getLong(),
                shape == null ? 0 : Long.parseUnsignedLong(shape, 16),
                text(column[9]),
                isNull(column[10]) ? null : column[10].getBinary().getBytes(),
                null);
    }

    private static String text(ColumnReader column) {
        return isNull(column) ? null : column.getBinary().toStringUsingUTF8();
    }

    private static boolean isNull(ColumnReader column) {
        return column.getCurrentDefinitionLevel() < column.getDescriptor().getMaxDefinitionLevel();
    }

    private record Codecs(Function<CompressionCodecName, PageCodec> codecs) implements CompressionCodecFactory {
        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName name) {
            return new PageCompressor(codecs.apply(name));
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
            return new PageDecompressor(codecs.apply(name));
        }

        @Override
        public void release() {}
    }

    private record PageDecompressor(PageCodec codec) implements CompressionCodecFactory.BytesInputDecompressor {
        @Override
        public BytesInput decompress(BytesInput page, int size) throws IOException {
            try (InputStream in = codec.decompress(page.toInputStream())) {
                return BytesInput.from(in.readNBytes(size));
            }
        }

        @Override
        public void decompress(ByteBuffer in, int compressed, ByteBuffer out, int size) throws IOException {
            out.put(decompress(BytesInput.from(in), size).toByteBuffer());
        }

        @Override
        public void release() {}
    }

    /** Columns are read one value at a time, and nothing is assembled. */
    private static final class Nothing extends GroupConverter {
        @Override
        public Converter getConverter(int field) {
            return new PrimitiveConverter() {};
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
    }
}
