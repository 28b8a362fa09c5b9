/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import io.penstock.spec.UnfitPolicy;

/**
 * What a column takes from a document.
 *
 * @param name the column's, under which it is told what did not fit
 * @param unfit whether what does not fit is told
 */
public record Field(String name, FieldPath path, Conversion conversion, UnfitPolicy unfit) {}
