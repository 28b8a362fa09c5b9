/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import io.penstock.record.ChangeRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Whether the parts of a sink live, or die where {@link Death} says. */
enum Fate {
    /** Every part is what a job would use. */
    LIVES,
    /** Every part is what a job would use, with something around it that fails. */
    DIES;

    /** Of a sink whose writer, and committer if it has one, are Sink V2's. */
    Sink<ChangeRecord> of(Sink<ChangeRecord> sink) {
        if (this == LIVES) {
            return sink;
        }
        return new MortalSink(sink instanceof SupportsCommitter<?> ? sink : new NothingToCommit(sink));
    }

    /** Of a sink of which Sink V2's part is to commit. */
    <T> Sink<T> ofCommits(Sink<T> sink) {
        return this == LIVES ? sink : new MortalCommits<>(sink);
    }

    /** Of a writer that is an operator: what is to come before it. */
    DataStream<ChangeRecord> beforeWriter(DataStream<ChangeRecord> changes) {
        return this == LIVES ? changes : MortalWriter.before(changes);
    }

    /** Of a writer that is an operator: what is to come after it. */
    <T> DataStream<T> afterWriter(DataStream<T> written) {
        return this == LIVES ? written : MortalWriter.after(written);
    }
}
