/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.Key;
import io.penstock.record.KeySerializer;
import io.penstock.record.SourceRecord;
import io.penstock.record.SourceRecordSerializer;
import io.penstock.record.Version;
import io.penstock.record.VersionSerializer;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;

/** What Flink finds the operator and its state by after a restart: fixed for ever. */
final class Names {
    static final String UID = "reconcile";
    static final String NAME = "reconcile";
    static final String TIMERS = "reconcile-timers";

    /** What is remembered of each key; sweeps walk through it, so images are kept out of it. */
    static final MapStateDescriptor<Key, Meta> META =
            new MapStateDescriptor<>("meta", KeySerializer.INSTANCE, MetaSerializer.INSTANCE);

    static final MapStateDescriptor<Key, byte[]> IMAGE =
            new MapStateDescriptor<>("image", KeySerializer.INSTANCE, ImageSerializer.INSTANCE);

    /** Which keys wait; walked through when a time has come. */
    static final MapStateDescriptor<Key, Waiting> WAITING =
            new MapStateDescriptor<>("waiting", KeySerializer.INSTANCE, WaitingSerializer.INSTANCE);

    static final MapStateDescriptor<Slot, SourceRecord> PENDING =
            new MapStateDescriptor<>("pending", SlotSerializer.INSTANCE, SourceRecordSerializer.INSTANCE);

    /** When each key that is gone went; walked through when tombstones expire. */
    static final MapStateDescriptor<Key, Version> TOMBSTONES =
            new MapStateDescriptor<>("tombstones", KeySerializer.INSTANCE, VersionSerializer.INSTANCE);

    /** What is to be deleted when the pass under way is complete; only after history was lost. */
    static final ValueStateDescriptor<SourceRecord> GHOSTS =
            new ValueStateDescriptor<>("ghosts", SourceRecordSerializer.INSTANCE);

    static final ValueStateDescriptor<Version> FLOOR = new ValueStateDescriptor<>("floor", VersionSerializer.INSTANCE);

    private Names() {}
}
