/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.server;

/**
 * How large a collection is about; from its metadata, exact only when nothing goes wrong.
 *
 * @param bytes of BSON, uncompressed
 */
public record CollectionSize(long documents, long bytes) {}
