/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.SnapshotRow;
import io.penstock.record.SourceRecord;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.fetch.Fetched;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.SourceOutput;
import org.junit.jupiter.api.Test;

/** What a checkpoint says of a range that is being read. */
class SnapshotStateTest {
    private static final Namespace NS = new Namespace("geo", "cities");
    private static final long TIME = Changes.clusterTime(1_000, 1);

    @Test
    void documentsAndTheirBytesAreCountedOnFromTheCheckpoint() {
        byte[] one = Changes.bson("{_id: 1, v: 'x'}");
        byte[] two = Changes.bson("{_id: 2, v: 'longer'}");
        SnapshotSplit start =
                new SnapshotSplit("snapshot-0", NS, null, 1, TIME, true, null, null, null, TIME, 7, 700, 9, false);
        SnapshotState state = new SnapshotState(start);
        Emitted emitted = new Emitted();
        for (byte[] document : List.of(one, two)) {
            state.emit(
                    new Fetched.Row(new SnapshotRow(NS, Key.of(document), Version.row(TIME), 0, 1, document)), emitted);
        }
        assertThat(emitted.records).hasSize(2);
        SnapshotSplit split = state.split();
        assertThat(split.documents()).isEqualTo(9);
        assertThat(split.bytes()).isEqualTo(700 + one.length + two.length);
        assertThat(split.isFinished()).isFalse();
        assertThat(state.finished().bytes()).isEqualTo(split.bytes());
    }

    private static final class Emitted implements SourceOutput<SourceRecord> {
        private final List<SourceRecord> records = new ArrayList<>();

        @Override
        public void collect(SourceRecord source) {
            records.add(source);
        }

        @Override
        public void collect(SourceRecord source, long timestamp) {
            records.add(source);
        }

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}
    }
}
