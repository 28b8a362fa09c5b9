/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * The key of the keyed stream: a 65,536th of a namespace. Sweeps go cell by cell, so that checkpoints pass in between.
 *
 * @param number the first 16 bits of SHA-256 over the key, 0 to 65,535
 */
public record Cell(Namespace namespace, int number) {
    public static final TypeInformation<Cell> TYPE = new RecordType<>(Cell.class, CellSerializer.INSTANCE);

    /** Fixed for ever: Flink's key groups, and with them where state is found after a restart, follow from it. */
    @Override
    public int hashCode() {
        return 31 * namespace.toString().hashCode() + number;
    }
}
