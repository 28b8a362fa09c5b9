/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.spec.CollectionColumnsSpec;
import io.penstock.spec.UnfitPolicy;
import java.io.Serializable;
import java.util.List;

/**
 * What the rows of Parquet files are made of.
 *
 * @param columns declared ones, by collection
 * @param unfit what becomes of a value that its column cannot hold
 */
record TableOptions(List<CollectionColumnsSpec> columns, UnfitPolicy unfit) implements Serializable {
    /** Nothing declared. */
    static final TableOptions DERIVED = new TableOptions(List.of(), UnfitPolicy.TEXT);
}
