/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the cluster time, the kind, and for an event of a transaction the order inside it. */
public final class VersionSerializer extends ImmutableSerializer<Version> {
    private static final long serialVersionUID = 1L;
    public static final VersionSerializer INSTANCE = new VersionSerializer();

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(Version version, DataOutputView out) throws IOException {
        out.writeLong(version.clusterTime());
        out.writeByte(version.kind());
        if (version.kind() == Version.IN_TRANSACTION) {
            writeBytes(version.order(), out);
        }
    }

    @Override
    protected Version read(int format, DataInputView in) throws IOException {
        long clusterTime = in.readLong();
        return switch (in.readByte()) {
            case Version.EVENT -> Version.event(clusterTime);
            case Version.IN_TRANSACTION -> Version.inTransaction(clusterTime, readBytes(in));
            case Version.ROW -> Version.row(clusterTime);
            default -> throw new IOException("damaged bytes: no such kind of version");
        };
    }

    @Override
    public TypeSerializerSnapshot<Version> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Version> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
