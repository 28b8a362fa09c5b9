/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.MemorySize;

/** Tables of a PostgreSQL database that hold the present content of the collections, one row a document. */
@Spelling("jdbc")
public record JdbcSinkSpec(
        @Key(
                        value =
                                "The sink's name, unique in the job. Its state is kept under it: renaming a sink makes it a new one.",
                        fallback = "jdbc",
                        pattern = "[a-z0-9][a-z0-9_-]*")
                String name,
        @Key(
                        value =
                                "Which of `source.collections` it exports: full names, or regular expressions between slashes. By default all.",
                        optional = true,
                        min = "1")
                List<CollectionSelector> collections,
        @Key("The database: `jdbc:postgresql://host:port/database`, with the driver's own parameters behind `?`.")
                Secret url,
        @Key(value = "The user; may stand in the URL instead.", optional = true) Secret username,
        @Key(value = "The password; belongs into an environment variable.", optional = true) Secret password,
        @Key(value = "The schema that holds the tables, and the sink's own beside them.", fallback = "public")
                String schema,
        @Key(
                        value =
                                "The table; `${database}`, `${collection}` and `${namespace}` stand for the document's own.",
                        fallback = "${collection}",
                        words = {"database", "collection", "namespace"})
                String table,
        @Key(
                        value =
                                "Whether tables and columns that are absent are created when the first document for them comes."
                                        + " `penstock plan` prints the statements.",
                        fallback = "false")
                boolean createTable,
        @Key(
                        value =
                                "What becomes of each document: one entry a column. The default is its `_id` as text and all of it as JSON.",
                        fallback = "[{name: id, path: _id}, {name: document, path: '.', type: jsonb}]",
                        min = "1")
                List<JdbcColumnSpec> columns,
        @Key(
                        value =
                                "Columns of single collections, in place of `columns`. Collections that share a table need the same ones.",
                        fallback = "[]")
                List<JdbcTableSpec> tables,
        @Key(
                        value =
                                "Where the columns of collections come from that have no entry in `tables`. `job-file`: from `columns`."
                                        + " `schema`: one for each top-level field that was seen so far, in place of `columns`.",
                        fallback = "job-file")
                ColumnsFrom columnsFrom,
        @Key(
                        value =
                                "What happens to the job's other sinks while the database does not answer. `hold-back`: they wait as well."
                                        + " `fall-behind`: they go on, and the changes for this sink wait in the job's state, up to `max-behind`.",
                        fallback = "hold-back")
                WhenDown whenDown,
        @Key(
                        value =
                                "How many bytes of changes may wait in the state of each subtask, and in its memory; when there are more, the job waits."
                                        + " Only with `when-down: fall-behind`.",
                        fallback = "64 mb",
                        min = "1 mb")
                MemorySize maxBehind)
        implements SinkSpec {

    /** What says which columns there are. */
    public enum ColumnsFrom {
        JOB_FILE,
        SCHEMA
    }

    /**
     * The declared columns for the documents of a collection; empty when they are those of the fields seen.
     *
     * @param namespace its full name
     */
    public Optional<List<JdbcColumnSpec>> columnsFor(String namespace) {
        Optional<List<JdbcColumnSpec>> own = tables.stream()
                .filter(entry -> entry.collection().matches(namespace))
                .findFirst()
                .map(JdbcTableSpec::columns);
        return own.isPresent() || columnsFrom == ColumnsFrom.SCHEMA ? own : Optional.of(columns);
    }

    /** The table for the documents of a collection. */
    public String tableFor(String database, String collection) {
        return table.replace("${database}", database)
                .replace("${collection}", collection)
                .replace("${namespace}", database + "." + collection);
    }
}
