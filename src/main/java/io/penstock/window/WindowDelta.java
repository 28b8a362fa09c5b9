/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.ChangeRecord;
import io.penstock.record.RecordType;
import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** What the changes of one window add up to: in any order, from any number of parts. Not for several threads. */
final class WindowDelta {
    static final TypeInformation<WindowDelta> TYPE =
            new RecordType<>(WindowDelta.class, WindowDeltaSerializer.INSTANCE);

    private static final int OPS = ChangeRecord.Op.values().length;

    private final Buckets buckets;
    private final long[] changes;
    private final TreeSet<Long> shapes;
    private long lastShape;

    WindowDelta() {
        this(new Buckets(), new long[OPS], new TreeSet<>());
    }

    private WindowDelta(Buckets buckets, long[] changes, TreeSet<Long> shapes) {
        this.buckets = buckets;
        this.changes = changes;
        this.shapes = shapes;
    }

    /** One more change. Allocates nothing while documents have the shape of the one before. */
    void add(ChangeRecord change) {
        int bucket = change.key().bucket();
        if (change.rowHash() != null) {
            buckets.add(bucket, change.rowHash());
        }
        if (change.previousRowHash() != null) {
            buckets.subtract(bucket, change.previousRowHash());
        }
        changes[change.op().ordinal()]++;
        if (change.shape() != lastShape && change.document() != null) {
            lastShape = change.shape();
            shapes.add(lastShape);
        }
    }

    /** All changes of another part. */
    void add(WindowDelta other) {
        buckets.add(other.buckets);
        for (int op = 0; op < OPS; op++) {
            changes[op] += other.changes[op];
        }
        shapes.addAll(other.shapes);
    }

    WindowDelta copy() {
        WindowDelta copy = new WindowDelta();
        copy.add(this);
        return copy;
    }

    /** Both together; neither is changed, as what lies in state must not be. */
    WindowDelta plus(WindowDelta other) {
        WindowDelta sum = copy();
        sum.add(other);
        return sum;
    }

    Buckets buckets() {
        return buckets;
    }

    long changes(ChangeRecord.Op op) {
        return changes[op.ordinal()];
    }

    /** The fingerprints of the documents, in a fixed order. */
    SortedSet<Long> shapes() {
        return shapes;
    }

    void write(DataOutputView out) throws IOException {
        buckets.write(out);
        for (long count : changes) {
            out.writeLong(count);
        }
        out.writeInt(shapes.size());
        for (long shape : shapes) {
            out.writeLong(shape);
        }
    }

    static WindowDelta read(DataInputView in) throws IOException {
        Buckets buckets = Buckets.read(in);
        long[] changes = new long[OPS];
        for (int op = 0; op < OPS; op++) {
            changes[op] = in.readLong();
        }
        TreeSet<Long> shapes = new TreeSet<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            shapes.add(in.readLong());
        }
        return new WindowDelta(buckets, changes, shapes);
    }
}
