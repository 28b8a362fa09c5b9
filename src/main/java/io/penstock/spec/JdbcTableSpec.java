/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.util.List;

/** The columns for the documents of one collection, or of those that a pattern selects. */
public record JdbcTableSpec(
        @Key("Their name, or a regular expression between slashes. Of several entries the first that matches counts.")
                CollectionSelector collection,
        @Key(value = "One entry a column.", min = "1") List<JdbcColumnSpec> columns)
        implements Serializable {}
