/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.sink.BsonEnvelope;
import io.penstock.sink.JsonEnvelope;
import io.penstock.sink.columns.ColumnPlan;
import io.penstock.spec.FilesSinkSpec;

/** How changes lie in a file. */
enum FileFormat {
    /** One JSON object a line. */
    NDJSON(".ndjson") {
        @Override
        FileBodies bodies(FileCompression compression, TableOptions table) {
            JsonEnvelope envelope = new JsonEnvelope();
            return new RecordBodies(
                    (change, out) -> {
                        envelope.encode(change, out);
                        out.put('\n');
                    },
                    compression);
        }
    },
    /** BSON documents one after the other, as {@code mongodump} writes them. */
    BSON(".bson") {
        @Override
        FileBodies bodies(FileCompression compression, TableOptions table) {
            return new RecordBodies(new BsonEnvelope(), compression);
        }
    },
    /** Rows of a table, compressed page by page inside the file. */
    PARQUET(".parquet") {
        @Override
        String extension(FileCompression compression) {
            return extension();
        }

        @Override
        FileBodies bodies(FileCompression compression, TableOptions table) {
            return new ParquetBodies(
                    new ColumnPlan(table.columns(), FilesSinkSpec.OWN_COLUMNS), table.unfit(), compression);
        }
    };

    private final String extension;

    FileFormat(String extension) {
        this.extension = extension;
    }

    /** What tells the format in a file's name. */
    String extension() {
        return extension;
    }

    /** The end of a file's name. */
    String extension(FileCompression compression) {
        return extension + compression.extension();
    }

    /** What a writer begins its files with. */
    abstract FileBodies bodies(FileCompression compression, TableOptions table);
}
