/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.util.Arrays;
import java.util.HexFormat;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * What orders the images of one document: the cluster time, then for an event of a transaction its order inside it (all of a
 * transaction's events share one cluster time), and a snapshot row after every event of its time. Its text sorts the same
 * way by bytes, so that any target can compare it.
 */
public final class Version implements Comparable<Version> {
    public static final TypeInformation<Version> TYPE = new RecordType<>(Version.class, VersionSerializer.INSTANCE);

    static final byte EVENT = 0;
    static final byte IN_TRANSACTION = 1;
    static final byte ROW = 2;
    private static final byte[] NO_ORDER = {};
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final long clusterTime;
    private final byte kind;
    private final byte[] order;

    Version(long clusterTime, byte kind, byte[] order) {
        this.clusterTime = clusterTime;
        this.kind = kind;
        this.order = order;
    }

    /** An ordinary event's version. */
    public static Version event(long clusterTime) {
        return new Version(clusterTime, EVENT, NO_ORDER);
    }

    /**
     * The version of an event of a transaction.
     *
     * @param orderInside the resume token behind its cluster time, which orders the transaction's events
     */
    public static Version inTransaction(long clusterTime, byte[] orderInside) {
        return new Version(clusterTime, IN_TRANSACTION, orderInside);
    }

    /** The version of a snapshot row known to include everything up to a cluster time. */
    public static Version row(long clusterTime) {
        return new Version(clusterTime, ROW, NO_ORDER);
    }

    /**
     * Reads a version's text.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Version parse(String text) {
        try {
            long time = Long.parseUnsignedLong(text, 0, 16, 16);
            if (text.length() == 16) {
                return event(time);
            }
            if (text.equals(text.substring(0, 16) + "~")) {
                return row(time);
            }
            if (text.charAt(16) == '.') {
                return inTransaction(time, HEX.parseHex(text.substring(17)));
            }
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IllegalArgumentException("not a version: '" + text + "'", e);
        }
        throw new IllegalArgumentException("not a version: '" + text + "'");
    }

    /** Seconds since 1970 in the upper 32 bits, increment in the lower; unsigned. */
    public long clusterTime() {
        return clusterTime;
    }

    /** Whether it is a snapshot row's. */
    public boolean isRow() {
        return kind == ROW;
    }

    /** Flink's event time in milliseconds: the cluster time's seconds; its increment does not show. */
    public long timestamp() {
        return timestamp(clusterTime);
    }

    /** Flink's event time of a cluster time, in milliseconds. */
    public static long timestamp(long clusterTime) {
        return (clusterTime >>> 32) * 1000;
    }

    byte kind() {
        return kind;
    }

    byte[] order() {
        return order;
    }

    /**
     * 16 hex digits of the cluster time; then nothing for an ordinary event, {@code .} and the order inside it for an event of a
     * transaction, {@code ~} for a snapshot row. Upper case. Plain order by bytes is version order.
     */
    public String text() {
        String time = HEX.toHexDigits(clusterTime);
        return switch (kind) {
            case EVENT -> time;
            case IN_TRANSACTION -> time + '.' + HEX.formatHex(order);
            default -> time + '~';
        };
    }

    @Override
    public int compareTo(Version other) {
        int byTime = Long.compareUnsigned(clusterTime, other.clusterTime);
        if (byTime != 0) {
            return byTime;
        }
        return kind != other.kind ? Byte.compare(kind, other.kind) : Arrays.compareUnsigned(order, other.order);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Version version && compareTo(version) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Long.hashCode(clusterTime) + kind) + Arrays.hashCode(order);
    }

    /** The {@link #text()}. */
    @Override
    public String toString() {
        return text();
    }
}
