/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.server;

import io.penstock.record.Namespace;

/**
 * A range of a collection, as index bounds: {@code $gt} and {@code $lte} match only {@code _id}s of the bound's own BSON type,
 * so that a minority of other types would be lost without a word; {@code min} and {@code max} with {@code hint} go by the index.
 *
 * @param from the first {@code {_id: …}}, included; null for the beginning
 * @param to the first {@code {_id: …}} beyond; null for the end
 * @param readTime the cluster time to read at; 0 for the majority-committed state of each moment
 */
public record RowQuery(Namespace namespace, byte[] from, byte[] to, long readTime) {}
