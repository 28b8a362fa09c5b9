/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.server;

import io.penstock.record.Namespace;
import java.util.UUID;

/**
 * What a server lists of a collection.
 *
 * @param type {@code collection}, {@code view} or {@code timeseries}
 * @param uuid its identity; null where the server tells none
 * @param capped whether it is capped: such a one cannot be read at a cluster time
 * @param collation its default collation as JSON; null for the simple one
 */
public record CollectionInfo(Namespace namespace, String type, UUID uuid, boolean capped, String collation) {

    /** Whether documents can be exported from it: a plain collection that is not the server's own. */
    public boolean isExportable() {
        return type.equals("collection") && !namespace.collection().startsWith("system.");
    }
}
