/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import org.apache.flink.api.common.typeinfo.TypeInformation;

/** What the source hands to reconciling. Its Flink timestamp is its version's. */
public sealed interface SourceRecord permits SnapshotRow, ChangeEvent, Floor, PassMark, GhostSweep, ReplayRequest {
    TypeInformation<SourceRecord> TYPE = new RecordType<>(SourceRecord.class, SourceRecordSerializer.INSTANCE);

    Namespace namespace();

    /** Where its state lies: what the stream is keyed by. */
    Cell cell();

    Version version();

    /** The pass over the namespace that it belongs to. */
    int epoch();
}
