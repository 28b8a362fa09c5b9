/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.parquet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** How pages are compressed: by streams of the JDK's make, and not by Parquet's own codecs, which are Hadoop's. */
public interface PageCodec {
    /** What a file says of its pages. */
    CompressionCodecName parquetName();

    /** A stream that compresses into another; closing it closes both. */
    OutputStream compress(OutputStream out) throws IOException;

    /** A stream that reads what {@link #compress} wrote. */
    InputStream decompress(InputStream in) throws IOException;
}
