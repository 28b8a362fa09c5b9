/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * What the source knows about how complete its records are, in-band among them: what windows need to tell from which cluster time on the
 * records of a namespace add up to its content. Each comes before the watermark passes the time that it is about, and may come more
 * than once.
 *
 * <pre>
 *   cluster time   T0 ......... T1 ........ G            T ........ G'
 *                  |            |           |            |          |
 *   marks          ORIGIN       READ(T1)    READ(G)      ENDED(T)   READ(G')
 *                  BEGUN(T0)                             BEGUN(T)
 *   records        &lt;- rows and events of a pass -&gt;     floor, rows and events of the next pass
 *   content        unknown      unknown     known ...    unknown    known ...
 * </pre>
 *
 * @param namespace {@link #EVERYWHERE} for an {@link Kind#ORIGIN}; a {@link Kind#LOST} comes once for it and once for each namespace
 * @param passStart the cluster time of the pass; 0 for an {@link Kind#ENDED}, for a {@link Kind#LOST} where history goes on
 * @param version that of the time that it is about; for an {@link Kind#ENDED} the floor's, for a {@link Kind#LOST} that up to which history
 *     was read
 */
public record PassMark(Namespace namespace, Kind kind, int epoch, long passStart, Version version)
        implements SourceRecord {
    /** Stands for all namespaces: no collection has such a name. */
    public static final Namespace EVERYWHERE = new Namespace("", "");

    public static final TypeInformation<PassMark> TYPE = new RecordType<>(PassMark.class, PassMarkSerializer.INSTANCE);

    /** Their order is part of the serialized form. */
    public enum Kind {
        /** The stream is read from here on without a gap: what no pass names from here on has its whole history in the stream. */
        ORIGIN,
        /** A pass over the namespace begins: its content is not known. */
        BEGUN,
        /** A split of the pass was read to its end, no row of it later than this. */
        READ,
        /** The collection that had the name is gone: the content is known to be empty. */
        ENDED,
        /** The source lost what happened between two times: the content is not known, whatever was known before. */
        LOST
    }

    /** The stream's beginning. */
    public static PassMark origin(long clusterTime) {
        return new PassMark(EVERYWHERE, Kind.ORIGIN, 0, clusterTime, Version.event(clusterTime));
    }

    /** A pass begins at a cluster time. */
    public static PassMark begun(Namespace namespace, int epoch, long start) {
        return new PassMark(namespace, Kind.BEGUN, epoch, start, Version.event(start));
    }

    /** A split of a pass was read to its end. */
    public static PassMark read(Namespace namespace, int epoch, long start, long readTime) {
        return new PassMark(namespace, Kind.READ, epoch, start, Version.row(readTime));
    }

    /** A collection is gone. */
    public static PassMark ended(Namespace namespace, int epoch, long clusterTime) {
        return new PassMark(namespace, Kind.ENDED, epoch, 0, Version.event(clusterTime));
    }

    /** History from a cluster time on is lost, up to where the stream was begun again. */
    public static PassMark lost(Namespace namespace, int epoch, long from, long to) {
        return new PassMark(namespace, Kind.LOST, epoch, to, Version.event(from));
    }

    /** All marks of a namespace go the same way. */
    @Override
    public Cell cell() {
        return new Cell(namespace, 0);
    }
}
