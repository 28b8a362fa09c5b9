/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.penstock.sink.parquet.PageCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** How a file's bytes are compressed; told from its name when it is read. */
enum FileCompression implements PageCodec {
    NONE("", CompressionCodecName.UNCOMPRESSED) {
        @Override
        public OutputStream compress(OutputStream out) {
            return out;
        }

        @Override
        public InputStream decompress(InputStream in) {
            return in;
        }
    },
    GZIP(".gz", CompressionCodecName.GZIP) {
        @Override
        public OutputStream compress(OutputStream out) throws IOException {
            return new GZIPOutputStream(out, BUFFER);
        }

        @Override
        public InputStream decompress(InputStream in) throws IOException {
            return new GZIPInputStream(in, BUFFER);
        }
    },
    ZSTD(".zst", CompressionCodecName.ZSTD) {
        @Override
        public OutputStream compress(OutputStream out) throws IOException {
            return new ZstdOutputStreamNoFinalizer(out, RecyclingBufferPool.INSTANCE);
        }

        @Override
        public InputStream decompress(InputStream in) throws IOException {
            return new ZstdInputStream(in, RecyclingBufferPool.INSTANCE);
        }
    };

    private static final int BUFFER = 8 * 1024;

    private final String extension;
    private final CompressionCodecName parquetName;

    FileCompression(String extension, CompressionCodecName parquetName) {
        this.extension = extension;
        this.parquetName = parquetName;
    }

    @Override
    public CompressionCodecName parquetName() {
        return parquetName;
    }

    String extension() {
        return extension;
    }

    /** The compression that a file's name tells. */
    static FileCompression of(String fileName) {
        for (FileCompression compression : values()) {
            if (compression != NONE && fileName.endsWith(compression.extension)) {
                return compression;
            }
        }
        return NONE;
    }

    /**
     * The compression of a Parquet file's pages.
     *
     * @throws IllegalArgumentException when this program writes none such
     */
    static FileCompression of(CompressionCodecName name) {
        for (FileCompression compression : values()) {
            if (compression.parquetName == name) {
                return compression;
            }
        }
        throw new IllegalArgumentException("pages compressed with " + name);
    }
}
