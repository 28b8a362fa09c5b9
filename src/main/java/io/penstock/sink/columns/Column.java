/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

/**
 * One column of a table.
 *
 * @param name as readers see it
 * @param path where its value lies in the document
 */
public record Column(String name, FieldPath path, ColumnType type) {}
