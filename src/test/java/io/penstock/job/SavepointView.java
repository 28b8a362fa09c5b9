/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import io.penstock.source.MongoSplit;
import io.penstock.source.MongoSplitSerializer;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.StreamSplit;
import io.penstock.source.enumerator.EnumeratorState;
import io.penstock.source.enumerator.EnumeratorStateSerializer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.OperatorStateHandle;

/**
 * The source's part of a savepoint, for tests that must know what they restore.
 *
 * @param enumerator the enumerator's state
 * @param splits what the readers had
 */
record SavepointView(EnumeratorState enumerator, List<MongoSplit> splits) {
    /** What the uid {@code source} becomes, see OperatorUidsTest; that of replays has a coordinator too. */
    private static final String SOURCE = "e5a72f353fc1e6bbf3bd96a41384998c";

    static SavepointView of(InputStream metadata, String pointer) throws IOException {
        CheckpointMetadata loaded = Checkpoints.loadCheckpointMetadata(
                new DataInputStream(metadata), SavepointView.class.getClassLoader(), pointer);
        OperatorState source = loaded.getOperatorStates().stream()
                .filter(state -> state.getOperatorID().toHexString().equals(SOURCE))
                .findAny()
                .orElseThrow();
        List<MongoSplit> splits = new ArrayList<>();
        for (OperatorSubtaskState subtask : source.getStates()) {
            for (OperatorStateHandle handle : subtask.getManagedOperatorState()) {
                read(handle, splits);
            }
        }
        return new SavepointView(enumerator(source.getCoordinatorState().getData()), splits);
    }

    /** Flink's envelope: its own version, then the state's version, length and bytes. */
    private static EnumeratorState enumerator(byte[] coordinator) throws IOException {
        DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(coordinator));
        in.readInt();
        int version = in.readInt();
        return EnumeratorStateSerializer.INSTANCE.deserialize(version, in.readNBytes(in.readInt()));
    }

    private static void read(OperatorStateHandle handle, List<MongoSplit> splits) throws IOException {
        var state = handle.getStateNameToPartitionOffsets().get("SourceReaderState");
        if (state == null) {
            return;
        }
        try (FSDataInputStream in = handle.openInputStream()) {
            for (long offset : state.getOffsets()) {
                in.seek(offset);
                DataInputStream data = new DataInputStream(in);
                splits.add(SimpleVersionedSerialization.readVersionAndDeSerialize(
                        MongoSplitSerializer.INSTANCE, data.readNBytes(data.readInt())));
            }
        }
    }

    /** The stream, wherever it was. */
    StreamSplit stream() {
        return splits.stream()
                .filter(StreamSplit.class::isInstance)
                .map(StreamSplit.class::cast)
                .findAny()
                .orElseGet(enumerator::stream);
    }

    /** Splits that a reader was in the middle of. */
    List<SnapshotSplit> begun() {
        return splits.stream()
                .filter(SnapshotSplit.class::isInstance)
                .map(SnapshotSplit.class::cast)
                .filter(split -> !split.isFinished() && split.last() != null)
                .toList();
    }
}
