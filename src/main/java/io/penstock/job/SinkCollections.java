/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.spec.SinkSpec;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Lets pass what a sink exports, and of replays of dead letters its own. Without state, and in one chain with what it stands between, so that a job may get or lose it under its state. Runs
 * in the task that makes the changes.
 */
final class SinkCollections implements FilterFunction<ChangeRecord> {
    private static final long serialVersionUID = 1L;

    private final SinkSpec sink;
    private final boolean isOfAll;
    private final Map<Namespace, Boolean> known = new HashMap<>();

    SinkCollections(SinkSpec sink) {
        this.sink = sink;
        this.isOfAll = sink.collections().isEmpty();
    }

    /** What a sink exports of the job's changes. */
    static DataStream<ChangeRecord> of(DataStream<ChangeRecord> changes, SinkSpec sink) {
        String uid = PenstockJob.uid(sink) + ": collections";
        return changes.filter(new SinkCollections(sink)).name(uid).uid(uid);
    }

    @Override
    public boolean filter(ChangeRecord change) {
        if (change.replay() != null) {
            return change.replay().sink().equals(sink.name());
        }
        if (isOfAll) {
            return true;
        }
        Boolean exported = known.get(change.namespace());
        return exported != null ? exported : meet(change.namespace());
    }

    private boolean meet(Namespace namespace) {
        boolean exported = sink.exports(namespace.toString());
        known.put(namespace, exported);
        return exported;
    }
}
