/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;

/**
 * A column, and what of a document it holds.
 *
 * @param path null for the column's name
 */
public record JdbcColumnSpec(
        @Key("The column's name, as it is spelled in the database.") String name,
        @Key(
                        value =
                                "The field: names with dots between them, `\\.` for a dot inside a name, `.` alone for the whole document."
                                        + " By default the column's name, taken as one field's.",
                        optional = true)
                String path,
        @Key(value = "The column's type in PostgreSQL.", fallback = "text") Type type,
        @Key(
                        value =
                                "What is done with a value that the type cannot hold without loss. `text`: the column is null, and the value"
                                        + " is kept as Extended JSON in the column `penstock_unfit`. `null`: the column is null."
                                        + " `dead-letter`: the change is not written, and becomes a dead letter.",
                        fallback = "text")
                UnfitPolicy unfit)
        implements Serializable {

    /** Types of PostgreSQL. */
    public enum Type {
        BOOLEAN,
        INTEGER,
        BIGINT,
        @Spelling("double precision")
        DOUBLE,
        NUMERIC,
        TEXT,
        TIMESTAMPTZ,
        BYTEA,
        UUID,
        JSON,
        JSONB
    }
}
