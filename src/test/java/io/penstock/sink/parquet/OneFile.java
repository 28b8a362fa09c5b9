/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.parquet;

import static io.penstock.sink.Changes.CITIES;
import static io.penstock.sink.Changes.clusterTime;

import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.columns.Column;
import io.penstock.sink.columns.ColumnType;
import io.penstock.sink.columns.FieldPath;
import io.penstock.spec.UnfitPolicy;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Writes a small file, for a test that loads this class as a cluster loads those of a job. */
public final class OneFile implements Callable<byte[]> {
    @Override
    public byte[] call() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ParquetChanges file = new ParquetChanges(
                out, List.of(new Column("n", FieldPath.of("n"), ColumnType.LONG)), UnfitPolicy.TEXT, new Plain());
        file.rowGroup(List.of(Changes.insert(
                CITIES,
                "{\"_id\": 1}",
                Version.event(clusterTime(1_700_000_000L, 1)),
                Changes.bson("{\"n\": \"x\"}"))));
        file.finish();
        return out.toByteArray();
    }

    private static final class Plain implements PageCodec {
        @Override
        public CompressionCodecName parquetName() {
            return CompressionCodecName.UNCOMPRESSED;
        }

        @Override
        public OutputStream compress(OutputStream out) {
            return out;
        }

        @Override
        public InputStream decompress(InputStream in) {
            return in;
        }
    }
}
