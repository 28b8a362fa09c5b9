/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;

/**
 * A column, and what of a document it holds.
 *
 * @param path null for the field of the column's name
 */
public record ColumnSpec(
        @Key("The column's name.") String name,
        @Key(
                        value =
                                "The field: names with dots between them, `\\.` for a dot inside a name, `.` alone for the whole document."
                                        + " By default the column's name, taken as one field's.",
                        optional = true,
                        pattern = "(?:[^\\\\]|\\\\[.\\\\])+")
                String path,
        @Key(
                        value =
                                "What it holds: `boolean`, `int`, `long`, `double`, `decimal(precision,scale)`, `timestamp`, `string`,"
                                        + " `binary` or `json`.",
                        pattern = "boolean|int|long|double|timestamp|string|binary|json"
                                + "|decimal\\((?:[1-9]|[12][0-9]|3[0-8]), ?(?:[0-9]|[12][0-9]|3[0-8])\\)")
                String type)
        implements Serializable {}
