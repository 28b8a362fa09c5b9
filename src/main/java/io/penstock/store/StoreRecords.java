/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;

/** Records in a metadata store, which can take over one that was kept elsewhere. */
public interface StoreRecords extends JobRecords {
    /**
     * Writes a first record.
     *
     * @param version that it has elsewhere, and keeps
     * @return false when there is a record already
     * @throws IOException when it cannot be told whether it was written; read it
     */
    boolean adopt(long version, JobRecord record) throws IOException;
}
