/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.server;

import io.penstock.record.Namespace;
import java.util.List;

/**
 * All that the source asks of a MongoDB deployment; the one place behind which tests put a scripted one. Safe for use by
 * several threads; its cursors are not. Whatever the server refuses is a {@link com.mongodb.MongoException} with the
 * server's own code; see {@link ServerErrors}.
 *
 * <p>Cluster times are seconds since 1970 in the upper 32 bits and the increment in the lower, unsigned.
 */
public interface SourceServer extends AutoCloseable {

    /** The server's version, as in {@code 7.0.4}: major, minor, patch. */
    List<Integer> version();

    /** The latest cluster time; everything acknowledged before the call lies at or before it. */
    long operationTime();

    /** The collections of a database, or of all databases but the server's own when it is null; views too. */
    List<CollectionInfo> collections(String database);

    /** A collection as it is now, or null when there is none of that name. */
    CollectionInfo collection(Namespace namespace);

    CollectionSize size(Namespace namespace);

    /**
     * Randomly chosen {@code _id}s in the order of the collection's index, repetitions included.
     *
     * @param after only those behind this {@code {_id: …}}; null for all
     * @return each as BSON of {@code {_id: …}}
     */
    List<byte[]> sampleIds(Namespace namespace, int count, byte[] after);

    /** Opens a cursor over a range of {@code _id}s, in the order of the {@code _id} index. */
    RowCursor rows(RowQuery query);

    /** Opens a change stream. */
    ChangeCursor changes(ChangeQuery query);

    /**
     * One document by its key.
     *
     * @param documentKey a filter of plain equalities, raw BSON
     * @param clusterTime the time to read it at, or 0 for the present majority-committed state
     * @return the document and the cluster time that it surely includes
     */
    Row find(Namespace namespace, byte[] documentKey, long clusterTime);

    /** How long the server takes to answer a command that does nothing, in nanoseconds. */
    long ping();

    /** The time of the oplog's oldest entry, in seconds since 1970; negative where it cannot be seen (a privilege, a router). */
    long oldestChange();

    /** Whether this is the router of a sharded cluster. */
    boolean isSharded();

    @Override
    void close();

    /**
     * A found document.
     *
     * @param document raw BSON, or null
     * @param clusterTime the operation time of the answer
     */
    record Row(byte[] document, long clusterTime) {}

    /** Rows of a range. */
    interface RowCursor extends AutoCloseable {

        /** The next rows as the server sends them, never more than one answer of it; null at the end. */
        List<byte[]> next();

        /** The operation time of the latest answer. */
        long operationTime();

        @Override
        void close();
    }

    /** Events of a change stream. */
    interface ChangeCursor extends AutoCloseable {

        /** The next event, raw; null when none came within the time to wait. */
        byte[] tryNext();

        /** Whether the next event is already here. */
        boolean hasBuffered();

        /** The token behind everything returned so far; null before the first answer. */
        byte[] token();

        @Override
        void close();
    }
}
