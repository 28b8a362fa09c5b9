/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.record.ChangeEvent;
import io.penstock.record.Floor;
import io.penstock.source.changestream.StreamControl;
import io.penstock.source.changestream.StreamOpener;
import io.penstock.source.changestream.StreamSplitReader;
import io.penstock.source.fetch.Fetched;
import io.penstock.source.fetch.FetchedBatch;
import io.penstock.source.fetch.Retries;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;

/** A stream's reader over a scripted server, and what it fetches. */
final class StreamReading {
    private StreamReading() {}

    /** One that has got its split, and does not pause before it tries again. */
    static StreamSplitReader reader(ScriptedServer server, Scope scope, StreamControl control, StreamSplit split) {
        return reader(server, scope, control, split, false);
    }

    static StreamSplitReader reader(
            ScriptedServer server, Scope scope, StreamControl control, StreamSplit split, boolean resnapshots) {
        StreamOpener opener = new StreamOpener(server, ServerLookup.of(server), scope, false, 0);
        StreamSplitReader reader =
                new StreamSplitReader(opener, scope, control, new Retries(System::nanoTime, () -> 0), resnapshots);
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(split)));
        return reader;
    }

    /** Fetches until three fetches in a row brought nothing. */
    static List<Fetched> all(StreamSplitReader reader) throws IOException {
        return all(reader, 3);
    }

    /** Fetches until so many fetches in a row brought nothing. */
    static List<Fetched> all(StreamSplitReader reader, int patience) throws IOException {
        List<Fetched> all = new ArrayList<>();
        for (int empty = 0; empty < patience; ) {
            FetchedBatch batch = reader.fetch();
            if (batch.nextSplit() == null) {
                empty++;
            } else {
                empty = 0;
                for (Fetched next = batch.nextRecordFromSplit(); next != null; next = batch.nextRecordFromSplit()) {
                    all.add(next);
                }
            }
            if (!batch.finishedSplits().isEmpty()) {
                break;
            }
        }
        return all;
    }

    static List<ChangeEvent> events(List<Fetched> fetched) {
        return fetched.stream()
                .filter(Fetched.Change.class::isInstance)
                .map(each -> ((Fetched.Change) each).event())
                .toList();
    }

    static List<Floor> floors(List<Fetched> fetched) {
        return fetched.stream()
                .filter(Fetched.FloorCell.class::isInstance)
                .map(each -> ((Fetched.FloorCell) each).floor())
                .toList();
    }
}
