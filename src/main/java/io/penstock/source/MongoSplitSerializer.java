/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.Namespace;
import io.penstock.source.StreamSplit.FloorSweep;
import io.penstock.source.StreamSplit.NamespaceEpoch;
import io.penstock.source.StreamSplit.WantedEpoch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Keeps splits in checkpoints. Bounds and tokens are BSON as bytes, so that no type or width is lost. */
public final class MongoSplitSerializer implements SimpleVersionedSerializer<MongoSplit> {
    public static final MongoSplitSerializer INSTANCE = new MongoSplitSerializer();

    private static final int VERSION = 5;
    private static final int WITHOUT_SCOPE_CHANGES = 1;
    private static final int WITHOUT_BEGINNING = 2;
    private static final int WITHOUT_GAPS = 3;
    private static final int WITHOUT_BYTES = 4;
    private static final byte SNAPSHOT = 1;
    private static final byte STREAM = 2;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(MongoSplit split) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(256);
        if (split instanceof SnapshotSplit snapshot) {
            out.writeByte(SNAPSHOT);
            write(out, snapshot);
        } else {
            out.writeByte(STREAM);
            write(out, (StreamSplit) split);
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public MongoSplit deserialize(int version, byte[] serialized) throws IOException {
        if (version > VERSION) {
            throw new IOException("a split of version " + version
                    + " was written by a newer Penstock; this one reads up to " + VERSION);
        }
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        byte kind = in.readByte();
        return switch (kind) {
            case SNAPSHOT -> readSnapshot(in, version);
            case STREAM -> readStream(in, version);
            default -> throw new IOException("a split of unknown kind " + kind);
        };
    }

    private static void write(DataOutputSerializer out, SnapshotSplit split) throws IOException {
        out.writeUTF(split.splitId());
        StateIo.writeNamespace(out, split.namespace());
        StateIo.writeUuid(out, split.collection());
        out.writeInt(split.epoch());
        out.writeLong(split.epochStart());
        out.writeBoolean(split.exact());
        ImmutableSerializer.writeBytes(split.from(), out);
        ImmutableSerializer.writeBytes(split.to(), out);
        ImmutableSerializer.writeBytes(split.last(), out);
        out.writeLong(split.readTime());
        out.writeLong(split.documents());
        out.writeLong(split.estimated());
        out.writeBoolean(split.isFinished());
        out.writeLong(split.bytes());
    }

    private static SnapshotSplit readSnapshot(DataInputDeserializer in, int version) throws IOException {
        String id = in.readUTF();
        Namespace namespace = StateIo.readNamespace(in);
        UUID collection = StateIo.readUuid(in);
        int epoch = in.readInt();
        long epochStart = in.readLong();
        boolean exact = in.readBoolean();
        byte[] from = ImmutableSerializer.readBytes(in);
        byte[] to = ImmutableSerializer.readBytes(in);
        byte[] last = ImmutableSerializer.readBytes(in);
        long readTime = in.readLong();
        long documents = in.readLong();
        long estimated = in.readLong();
        boolean isFinished = in.readBoolean();
        long bytes = version <= WITHOUT_BYTES ? 0 : in.readLong();
        return new SnapshotSplit(
                id,
                namespace,
                collection,
                epoch,
                epochStart,
                exact,
                from,
                to,
                last,
                readTime,
                documents,
                bytes,
                estimated,
                isFinished);
    }

    private static void write(DataOutputSerializer out, StreamSplit split) throws IOException {
        ImmutableSerializer.writeBytes(split.position().token(), out);
        out.writeLong(split.position().clusterTime());
        out.writeLong(split.stopAfter());
        out.writeInt(split.epochs().size());
        for (Map.Entry<Namespace, NamespaceEpoch> entry : new TreeMap<>(split.epochs()).entrySet()) {
            StateIo.writeNamespace(out, entry.getKey());
            out.writeInt(entry.getValue().epoch());
            out.writeLong(entry.getValue().start());
        }
        out.writeInt(split.wanted().size());
        for (WantedEpoch wanted : split.wanted()) {
            StateIo.writeNamespace(out, wanted.namespace());
            out.writeInt(wanted.epoch());
            out.writeLong(wanted.start());
        }
        out.writeBoolean(split.sweep() != null);
        if (split.sweep() != null) {
            StateIo.writeNamespace(out, split.sweep().namespace());
            out.writeLong(split.sweep().clusterTime());
            out.writeInt(split.sweep().epoch());
            out.writeInt(split.sweep().nextCell());
            out.writeBoolean(split.sweep().isAfterGap());
        }
        out.writeBoolean(split.isFinished());
        out.writeInt(split.scopeChanges());
        out.writeBoolean(split.hasBegun());
    }

    private static StreamSplit readStream(DataInputDeserializer in, int version) throws IOException {
        StreamPosition position = new StreamPosition(ImmutableSerializer.readBytes(in), in.readLong());
        long stopAfter = in.readLong();
        int epochCount = in.readInt();
        Map<Namespace, NamespaceEpoch> epochs = new HashMap<>();
        for (int i = 0; i < epochCount; i++) {
            epochs.put(StateIo.readNamespace(in), new NamespaceEpoch(in.readInt(), in.readLong()));
        }
        int wantedCount = in.readInt();
        List<WantedEpoch> wanted = new ArrayList<>();
        for (int i = 0; i < wantedCount; i++) {
            wanted.add(new WantedEpoch(StateIo.readNamespace(in), in.readInt(), in.readLong()));
        }
        FloorSweep sweep = in.readBoolean()
                ? new FloorSweep(
                        StateIo.readNamespace(in),
                        in.readLong(),
                        in.readInt(),
                        in.readInt(),
                        version > WITHOUT_GAPS && in.readBoolean())
                : null;
        boolean isFinished = in.readBoolean();
        int scopeChanges = version == WITHOUT_SCOPE_CHANGES ? 0 : in.readInt();
        // Only a stream that had not begun was without a token then.
        boolean hasBegun = version <= WITHOUT_BEGINNING ? position.token() != null : in.readBoolean();
        return new StreamSplit(position, stopAfter, epochs, wanted, sweep, scopeChanges, hasBegun, isFinished);
    }
}
