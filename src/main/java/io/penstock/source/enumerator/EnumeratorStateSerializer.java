/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.Namespace;
import io.penstock.source.MongoSplit;
import io.penstock.source.MongoSplitSerializer;
import io.penstock.source.Scope;
import io.penstock.source.ScopeChange;
import io.penstock.source.ScopeChange.Entered;
import io.penstock.source.SnapshotSplit;
import io.penstock.source.StateIo;
import io.penstock.source.StreamSplit;
import io.penstock.source.enumerator.EnumeratorState.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Keeps the enumerator in checkpoints; splits inside it carry their own version. */
public final class EnumeratorStateSerializer implements SimpleVersionedSerializer<EnumeratorState> {
    public static final EnumeratorStateSerializer INSTANCE = new EnumeratorStateSerializer();

    private static final int VERSION = 3;
    private static final int WITHOUT_SCOPE = 1;
    private static final int WITHOUT_WAITING = 2;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(EnumeratorState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(512);
        out.writeBoolean(state.hasStarted());
        writeSplit(out, state.stream());
        out.writeLong(state.stopAfter());
        out.writeInt(state.passes().size());
        for (Map.Entry<Long, Long> pass : new TreeMap<>(state.passes()).entrySet()) {
            out.writeLong(pass.getKey());
            out.writeLong(pass.getValue());
        }
        out.writeInt(state.ranges().size());
        for (SnapshotRange range : state.ranges()) {
            write(out, range);
        }
        out.writeInt(state.ready().size());
        for (SnapshotSplit split : state.ready()) {
            writeSplit(out, split);
        }
        out.writeInt(state.open().size());
        for (Map.Entry<String, Long> split : state.open().entrySet()) {
            out.writeUTF(split.getKey());
            out.writeLong(split.getValue());
        }
        out.writeLong(state.made());
        out.writeInt(state.taken().size());
        for (Map.Entry<Namespace, Long> taken : new TreeMap<>(state.taken()).entrySet()) {
            StateIo.writeNamespace(out, taken.getKey());
            out.writeLong(taken.getValue());
        }
        out.writeInt(state.progress().size());
        for (Map.Entry<Namespace, Progress> progress : new TreeMap<>(state.progress()).entrySet()) {
            StateIo.writeNamespace(out, progress.getKey());
            out.writeLong(progress.getValue().documents());
            out.writeLong(progress.getValue().done());
        }
        out.writeBoolean(state.scope() != null);
        if (state.scope() != null) {
            StateIo.writeScope(out, state.scope());
        }
        out.writeInt(state.scopeChanges().size());
        for (ScopeChange change : state.scopeChanges()) {
            write(out, change);
        }
        out.writeLong(state.waitAt());
        return out.getCopyOfBuffer();
    }

    private static void write(DataOutputSerializer out, ScopeChange change) throws IOException {
        StateIo.writeScope(out, change.before());
        out.writeLong(change.time());
        out.writeInt(change.entered().size());
        for (Entered entered : change.entered()) {
            out.writeUTF(entered.fullName());
            out.writeBoolean(entered.isRead());
            out.writeBoolean(entered.isBack());
        }
        out.writeInt(change.left().size());
        for (String namespace : change.left()) {
            out.writeUTF(namespace);
        }
    }

    private static ScopeChange readScopeChange(DataInputDeserializer in) throws IOException {
        Scope before = StateIo.readScope(in);
        long time = in.readLong();
        List<Entered> entered = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            entered.add(new Entered(in.readUTF(), in.readBoolean(), in.readBoolean()));
        }
        List<String> gone = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            gone.add(in.readUTF());
        }
        return new ScopeChange(before, time, entered, gone);
    }

    private static void write(DataOutputSerializer out, SnapshotRange range) throws IOException {
        StateIo.writeNamespace(out, range.namespace());
        StateIo.writeUuid(out, range.collection());
        out.writeInt(range.epoch());
        out.writeLong(range.start());
        out.writeLong(range.readAt());
        ImmutableSerializer.writeBytes(range.from(), out);
        out.writeLong(range.documents());
    }

    private static void writeSplit(DataOutputSerializer out, MongoSplit split) throws IOException {
        ImmutableSerializer.writeBytes(
                split == null
                        ? null
                        : SimpleVersionedSerialization.writeVersionAndSerialize(MongoSplitSerializer.INSTANCE, split),
                out);
    }

    private static MongoSplit readSplit(DataInputDeserializer in) throws IOException {
        byte[] bytes = ImmutableSerializer.readBytes(in);
        return bytes == null
                ? null
                : SimpleVersionedSerialization.readVersionAndDeSerialize(MongoSplitSerializer.INSTANCE, bytes);
    }

    @Override
    public EnumeratorState deserialize(int version, byte[] serialized) throws IOException {
        if (version > VERSION) {
            throw new IOException("a source's state of version " + version
                    + " was written by a newer Penstock; this one reads up to " + VERSION);
        }
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        boolean hasStarted = in.readBoolean();
        StreamSplit stream = (StreamSplit) readSplit(in);
        long stopAfter = in.readLong();
        Map<Long, Long> passes = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            passes.put(in.readLong(), in.readLong());
        }
        List<SnapshotRange> ranges = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            ranges.add(readRange(in));
        }
        List<SnapshotSplit> ready = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            ready.add((SnapshotSplit) readSplit(in));
        }
        Map<String, Long> open = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            open.put(in.readUTF(), in.readLong());
        }
        long made = in.readLong();
        Map<Namespace, Long> taken = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            taken.put(StateIo.readNamespace(in), in.readLong());
        }
        Map<Namespace, Progress> progress = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            progress.put(StateIo.readNamespace(in), new Progress(in.readLong(), in.readLong()));
        }
        Scope scope = null;
        List<ScopeChange> changes = new ArrayList<>();
        if (version > WITHOUT_SCOPE) {
            scope = in.readBoolean() ? StateIo.readScope(in) : null;
            for (int left = in.readInt(); left > 0; left--) {
                changes.add(readScopeChange(in));
            }
        }
        long waitAt = version <= WITHOUT_WAITING ? 0 : in.readLong();
        return new EnumeratorState(
                hasStarted,
                stream,
                stopAfter,
                passes,
                ranges,
                ready,
                open,
                made,
                taken,
                progress,
                scope,
                changes,
                waitAt);
    }

    private static SnapshotRange readRange(DataInputDeserializer in) throws IOException {
        return new SnapshotRange(
                StateIo.readNamespace(in),
                StateIo.readUuid(in),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                ImmutableSerializer.readBytes(in),
                in.readLong());
    }
}
