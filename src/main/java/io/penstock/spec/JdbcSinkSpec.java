/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.util.List;

/** Tables of a PostgreSQL database that hold the present content of the collections, one row a document. */
@Spelling("jdbc")
public record JdbcSinkSpec(
        @Key(
                        value =
                                "The sink's name, unique in the job. Its state is kept under it: renaming a sink makes it a new one.",
                        fallback = "jdbc",
                        pattern = "[a-z0-9][a-z0-9_-]*")
                String name,
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
                List<JdbcColumnSpec> columns)
        implements SinkSpec {

    /** The table for the documents of a collection. */
    public String tableFor(String database, String collection) {
        return table.replace("${database}", database)
                .replace("${collection}", collection)
                .replace("${namespace}", database + "." + collection);
    }
}
