/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * One exported change of one document: what every sink writes. Its Flink timestamp is its version's.
 *
 * @param documentKey raw BSON of {@code {_id, shard key}} as stored
 * @param revision 0; grows when a rollback or a re-export exports a version again
 * @param document raw BSON of the document after the change; null for a delete
 * @param before raw BSON of the document exported before; null when there is none, it is unknown, or no sink asks for it
 * @param window the number of the window of cluster time that the version falls into
 * @param shape fingerprint of the document's field paths and types; 0 for a delete
 * @param exportVersion what decided the output for this namespace: a hash of transform, reconcile mode and windows
 * @param rowHash 32 bytes; null for a delete
 * @param previousRowHash the row hash exported before, 32 bytes, or null; not exported, digests subtract it
 * @param replay set when a dead letter is exported after all, for its sink alone; null for all others
 */
public record ChangeRecord(
        Op op,
        Namespace namespace,
        Key key,
        byte[] documentKey,
        Version version,
        int revision,
        byte[] document,
        byte[] before,
        int epoch,
        long window,
        long shape,
        String exportVersion,
        byte[] rowHash,
        byte[] previousRowHash,
        Replay replay) {
    public static final TypeInformation<ChangeRecord> TYPE =
            new RecordType<>(ChangeRecord.class, ChangeRecordSerializer.INSTANCE);

    /** One that is not a replay. */
    public ChangeRecord(
            Op op,
            Namespace namespace,
            Key key,
            byte[] documentKey,
            Version version,
            int revision,
            byte[] document,
            byte[] before,
            int epoch,
            long window,
            long shape,
            String exportVersion,
            byte[] rowHash,
            byte[] previousRowHash) {
        this(
                op,
                namespace,
                key,
                documentKey,
                version,
                revision,
                document,
                before,
                epoch,
                window,
                shape,
                exportVersion,
                rowHash,
                previousRowHash,
                null);
    }

    /** The same as the replay of a dead letter; null makes it an ordinary change. */
    public ChangeRecord with(Replay of) {
        return new ChangeRecord(
                op,
                namespace,
                key,
                documentKey,
                version,
                revision,
                document,
                before,
                epoch,
                window,
                shape,
                exportVersion,
                rowHash,
                previousRowHash,
                of);
    }

    /** The same with another document, or none, and without the one before it. */
    public ChangeRecord withDocument(byte[] otherDocument) {
        return new ChangeRecord(
                op,
                namespace,
                key,
                documentKey,
                version,
                revision,
                otherDocument,
                null,
                epoch,
                window,
                shape,
                exportVersion,
                rowHash,
                previousRowHash,
                replay);
    }

    /**
     * Which dead letter a change is the replay of.
     *
     * @param sink the only one that takes it
     * @param letter the letter's {@link DeadLetter#id()}
     * @param attempts how often the target has refused it
     * @param superseded a newer change of the document was exported since: this one is not to be written, only noted
     */
    public record Replay(String sink, String letter, int attempts, boolean superseded) {}

    /** What happened, in Debezium's letters. Their order is part of the serialized form. */
    public enum Op {
        /** A snapshot row. */
        READ('r'),
        /** A change to a document that was absent in what was exported last. */
        CREATE('c'),
        /** A change to a document that was present. */
        UPDATE('u'),
        /** The document is gone. */
        DELETE('d');

        private final char code;

        Op(char code) {
            this.code = code;
        }

        public char code() {
            return code;
        }
    }
}
