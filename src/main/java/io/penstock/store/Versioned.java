/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

/**
 * A value as it was read, for a later compare-and-set.
 *
 * @param version grows by one with each change; 1 is the first
 */
public record Versioned<T>(long version, T value) {}
