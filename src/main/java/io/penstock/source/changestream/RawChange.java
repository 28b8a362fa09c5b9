/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.changestream;

import io.penstock.record.BsonCursor;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.source.StreamPosition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A change event's fields, cut out of its raw bytes; documents inside are not looked into.
 *
 * @param token its resume token, the whole {@code _id}
 * @param namespace the collection, or null when the event is about a database
 * @param database the database of the event, or null
 * @param to the new name, for a rename
 * @param inTransaction whether it has a {@code txnNumber}
 * @param fragment its number among the fragments of one event, from 1; 0 when it is whole
 * @param fragments how many fragments there are
 */
public record RawChange(
        byte[] token,
        String operation,
        long clusterTime,
        Namespace namespace,
        String database,
        Namespace to,
        byte[] documentKey,
        byte[] fullDocument,
        byte[] updateDescription,
        boolean inTransaction,
        int fragment,
        int fragments) {
    private static final byte[] ID = ascii("_id");
    private static final byte[] OPERATION_TYPE = ascii("operationType");
    private static final byte[] CLUSTER_TIME = ascii("clusterTime");
    private static final byte[] NS = ascii("ns");
    private static final byte[] TO = ascii("to");
    private static final byte[] DOCUMENT_KEY = ascii("documentKey");
    private static final byte[] FULL_DOCUMENT = ascii("fullDocument");
    private static final byte[] UPDATE_DESCRIPTION = ascii("updateDescription");
    private static final byte[] TXN_NUMBER = ascii("txnNumber");
    private static final byte[] SPLIT_EVENT = ascii("splitEvent");
    private static final byte[] DB = ascii("db");
    private static final byte[] COLL = ascii("coll");
    private static final byte[] FRAGMENT = ascii("fragment");
    private static final byte[] OF = ascii("of");

    /** {@code 82} and the cluster time: what a token's hex begins with. */
    private static final int TOKEN_HEAD = 18;

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads an event. */
    public static RawChange of(byte[] event) {
        byte[] token = null;
        String operation = null;
        long clusterTime = 0;
        String[] ns = {null, null};
        String[] to = {null, null};
        byte[] documentKey = null;
        byte[] fullDocument = null;
        byte[] updateDescription = null;
        boolean inTransaction = false;
        int[] split = {0, 0};
        BsonCursor at = BsonCursor.over(event);
        while (at.next()) {
            if (at.nameEquals(ID)) {
                token = at.valueBytes();
            } else if (at.nameEquals(OPERATION_TYPE)) {
                operation = at.stringValue();
            } else if (at.nameEquals(CLUSTER_TIME)) {
                clusterTime = at.longValue();
            } else if (at.nameEquals(NS)) {
                ns = names(event, at);
            } else if (at.nameEquals(TO)) {
                to = names(event, at);
            } else if (at.nameEquals(DOCUMENT_KEY)) {
                documentKey = document(at);
            } else if (at.nameEquals(FULL_DOCUMENT)) {
                fullDocument = document(at);
            } else if (at.nameEquals(UPDATE_DESCRIPTION)) {
                updateDescription = document(at);
            } else if (at.nameEquals(TXN_NUMBER)) {
                inTransaction = true;
            } else if (at.nameEquals(SPLIT_EVENT)) {
                split = fragment(event, at);
            }
        }
        return new RawChange(
                token,
                operation,
                clusterTime,
                namespace(ns),
                ns[0],
                namespace(to),
                documentKey,
                fullDocument,
                updateDescription,
                inTransaction,
                split[0],
                split[1]);
    }

    private static byte[] document(BsonCursor at) {
        return at.type() == BsonCursor.DOCUMENT ? at.valueBytes() : null;
    }

    private static String[] names(byte[] event, BsonCursor at) {
        String[] names = {null, null};
        BsonCursor inner = new BsonCursor().reset(event, at.valueOffset());
        while (inner.next()) {
            if (inner.nameEquals(DB)) {
                names[0] = inner.stringValue();
            } else if (inner.nameEquals(COLL)) {
                names[1] = inner.stringValue();
            }
        }
        return names;
    }

    private static Namespace namespace(String[] names) {
        return names[0] == null || names[1] == null ? null : new Namespace(names[0], names[1]);
    }

    private static int[] fragment(byte[] event, BsonCursor at) {
        int[] split = {0, 0};
        BsonCursor inner = new BsonCursor().reset(event, at.valueOffset());
        while (inner.next()) {
            if (inner.nameEquals(FRAGMENT)) {
                split[0] = inner.intValue();
            } else if (inner.nameEquals(OF)) {
                split[1] = inner.intValue();
            }
        }
        return split;
    }

    /** Whether it is a part of an event that the server sent in several. */
    public boolean isFragment() {
        return fragments > 0;
    }

    /** One event of two consecutive fragments: what the later one has is added; its token is the later's. */
    public RawChange with(RawChange later) {
        return new RawChange(
                later.token,
                either(operation, later.operation),
                clusterTime != 0 ? clusterTime : later.clusterTime,
                either(namespace, later.namespace),
                either(database, later.database),
                either(to, later.to),
                either(documentKey, later.documentKey),
                either(fullDocument, later.fullDocument),
                either(updateDescription, later.updateDescription),
                inTransaction || later.inTransaction,
                later.fragment,
                later.fragments);
    }

    /** The same with a whole document; an update becomes a replacement. */
    public RawChange withDocument(byte[] document) {
        return new RawChange(
                token,
                operation.equals("update") ? "replace" : operation,
                clusterTime,
                namespace,
                database,
                to,
                documentKey,
                document,
                null,
                inTransaction,
                0,
                0);
    }

    private static <T> T either(T first, T second) {
        return first != null ? first : second;
    }

    /**
     * Its place in its document's history. Two events of one transaction share the cluster time, so there the rest of the
     * token, which orders them, belongs to it.
     */
    public Version version() {
        if (!inTransaction) {
            return Version.event(clusterTime);
        }
        String data = StreamPosition.data(token);
        return Version.inTransaction(clusterTime, HexFormat.of().parseHex(data, TOKEN_HEAD, data.length()));
    }

    /** Where the stream stands behind it. */
    public StreamPosition position() {
        return new StreamPosition(token, clusterTime);
    }

    /** Without data. */
    @Override
    public String toString() {
        return operation + " of " + namespace + " at " + position()
                + (isFragment() ? Arrays.toString(new int[] {fragment, fragments}) : "");
    }
}
