/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import io.penstock.record.Namespace;
import java.util.Map;

/**
 * What a writer has seen of a collection's fields, for checkpoints.
 *
 * @param kinds by the field's name, in the order in which they were seen first
 */
public record SeenColumns(Namespace namespace, Map<String, ColumnType.Kind> kinds) {}
