/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.util.List;
import java.util.Set;

/** Files in a folder, written exactly once. */
@Spelling("files")
public record FilesSinkSpec(
        @Key(
                        value =
                                "The sink's name, unique in the job. Its state is kept under it: renaming a sink makes it a new one.",
                        fallback = "files",
                        pattern = "[a-z0-9][a-z0-9_-]*")
                String name,
        @Key(
                        value =
                                "Which of `source.collections` it exports: full names, or regular expressions between slashes. By default all.",
                        optional = true,
                        min = "1")
                List<CollectionSelector> collections,
        @Key(
                        "The folder, a path or a URI of one of Flink's file systems (`s3://…`). Each collection gets a folder in it.")
                String path,
        @Key(
                        value =
                                "`ndjson`: one change a line, in canonical Extended JSON. `bson`: one document a change, concatenated."
                                        + " `parquet`: one row a change, with columns of the document's fields.",
                        fallback = "ndjson")
                Format format,
        @Key(value = "How the files are compressed; of Parquet files their pages.", fallback = "none")
                Compression compression,
        @Key(
                        value =
                                "With `format: parquet`: the columns of the documents. A collection without an entry has a column for each"
                                        + " top-level field that was seen so far.",
                        fallback = "[]")
                List<CollectionColumnsSpec> columns,
        @Key(
                        value =
                                "With `format: parquet`: what becomes of a value that its column cannot hold without loss. `text`: the column"
                                        + " is null, and the value is kept as Extended JSON in the column `unfit`. `null`: the column is null."
                                        + " `dead-letter`: the change is not written, and becomes a dead letter.",
                        fallback = "text")
                UnfitPolicy unfit)
        implements SinkSpec {

    /** The columns of a Parquet file that are there whatever the documents hold, in lower case. */
    public static final Set<String> OWN_COLUMNS = Set.of(
            "op",
            "ns",
            "key",
            "version",
            "revision",
            "doc",
            "epoch",
            "window",
            "shape",
            "exportversion",
            "rowhash",
            "ts",
            "unfit");

    /** How a change is written. */
    public enum Format {
        NDJSON,
        BSON,
        PARQUET
    }

    /** How the files are compressed. */
    public enum Compression {
        NONE,
        GZIP,
        ZSTD
    }

    /** The same sink in another folder. */
    public FilesSinkSpec withPath(String other) {
        return new FilesSinkSpec(name, collections, other, format, compression, columns, unfit);
    }
}
