/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.BsonCursor;
import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecordSerializer;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.record.Version;
import io.penstock.sink.Bytes;
import io.penstock.sink.staged.StagedRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * A change as it is staged and written. Pure.
 *
 * @param identity the change's namespace and key, as hex digits
 * @param id the document's own {@code _id}; for a delete the deleted one's
 * @param document what the target is to hold, with the sink's sub-document behind its other fields; null for a delete
 * @param change the change as it was exported, without its document, as {@link ChangeRecordSerializer} writes it: what a dead letter is made of. Only
 *     of a staged one; null in rows that an earlier release staged
 */
record StagedDocument(
        String target,
        String identity,
        BsonValue id,
        Version version,
        int revision,
        long check,
        RawBsonDocument document,
        byte[] change) {
    private static final byte[] ID = "_id".getBytes(UTF_8);

    /** The most that servers of all versions store as one document. */
    private static final int MOST_BYTES = 16 << 20;

    /** The server's number for a document that is larger. */
    private static final String TOO_LARGE = "10334";

    boolean isDelete() {
        return document == null;
    }

    /** The size of what the target is to hold; 0 for a delete. */
    int bytes() {
        return isDelete() ? 0 : document.getByteBuffer().remaining();
    }

    /** The tombstone's {@code _id}. */
    String tombstone() {
        return target + "/" + identity;
    }

    /** Whether a tombstone, or another change, of this version and revision is newer. */
    boolean isOlderThan(String otherVersion, int otherRevision) {
        int byVersion = version.compareTo(Version.parse(otherVersion));
        return byVersion < 0 || (byVersion == 0 && revision < otherRevision);
    }

    /**
     * A row on its way to its target.
     *
     * @param field the name of the sink's sub-document
     * @throws UnfitException when the document has a field of that name, or is too large with it
     */
    static StagedDocument of(String target, StagedRow row, String field) throws UnfitException {
        ChangeRecord change = row.change();
        byte[] id = row.isDelete() ? change.documentKey() : idOf(change.document());
        StagedDocument document = new StagedDocument(
                target,
                HexFormat.of().formatHex(row.identity()),
                new RawBsonDocument(id).get("_id"),
                change.version(),
                change.revision(),
                row.check(),
                row.isDelete() ? null : new RawBsonDocument(withMetadata(row, field)),
                null);
        if (!document.isDelete()) {
            document.requireFits(document.bytes());
        }
        return document;
    }

    private void requireFits(int bytes) throws UnfitException {
        if (bytes > MOST_BYTES) {
            throw new UnfitException(
                    Reason.TOO_LARGE,
                    TOO_LARGE,
                    "A document for " + target + " is too large for a MongoDB target: " + bytes
                            + " bytes with what this sink adds, where " + MOST_BYTES + " are stored at most");
        }
    }

    /**
     * A document of the staging collection.
     *
     * @param rowId its {@code _id} there
     * @param exported the change that this was made of
     * @throws UnfitException when it is too large to be stored
     */
    RawBsonDocument encode(String rowId, ChangeRecord exported) throws UnfitException {
        BsonDocument staged = new BsonDocument("_id", new BsonString(rowId))
                .append("target", new BsonString(target))
                .append("identity", new BsonString(identity))
                .append("version", new BsonString(version.text()))
                .append("revision", new BsonInt32(revision))
                .append("check", new BsonInt64(check))
                .append("delete", BsonBoolean.valueOf(isDelete()))
                .append("key", new BsonDocument("_id", id))
                .append("change", new BsonBinary(serialized(exported.withDocument(null))));
        if (!isDelete()) {
            staged.append("document", document);
        }
        RawBsonDocument encoded = new RawBsonDocument(staged, new BsonDocumentCodec());
        requireFits(encoded.getByteBuffer().remaining());
        return encoded;
    }

    private static byte[] serialized(ChangeRecord change) {
        DataOutputSerializer out = new DataOutputSerializer(256);
        try {
            ChangeRecordSerializer.INSTANCE.serialize(change, out);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot be: it is written to memory", e);
        }
        return out.getCopyOfBuffer();
    }

    /** What {@link #encode} made. */
    static StagedDocument decode(RawBsonDocument staged) {
        return new StagedDocument(
                staged.getString("target").getValue(),
                staged.getString("identity").getValue(),
                staged.getDocument("key").get("_id"),
                Version.parse(staged.getString("version").getValue()),
                staged.getInt32("revision").getValue(),
                staged.getInt64("check").getValue(),
                staged.getBoolean("delete").getValue() ? null : (RawBsonDocument) staged.get("document"),
                staged.containsKey("change") ? staged.getBinary("change").getData() : null);
    }

    /**
     * The change that a staged document was made of, with its document's own bytes; what the document was before is not kept.
     *
     * @param field the name of the sink's sub-document
     * @return null when an earlier release staged it
     */
    ChangeRecord exported(String field) throws IOException {
        if (change == null) {
            return null;
        }
        ChangeRecord exported = ChangeRecordSerializer.INSTANCE.deserialize(new DataInputDeserializer(change));
        return isDelete() ? exported : exported.withDocument(withoutMetadata(field));
    }

    private byte[] withoutMetadata(String field) {
        ByteBuffer stored = document.getByteBuffer().asNIO();
        byte[] bytes = new byte[stored.remaining()];
        stored.get(bytes);
        BsonCursor cursor = BsonCursor.over(bytes);
        cursor.find(field.getBytes(UTF_8));
        Bytes out = new Bytes(cursor.elementOffset() + 1).put(bytes, 0, cursor.elementOffset());
        out.put(0).setInt32(0, out.length());
        return out.toByteArray();
    }

    /** Names that an update takes for operators, or refuses, unless it is a pipeline. */
    boolean hasDollarNames() {
        return document.keySet().stream().anyMatch(name -> name.startsWith("$"));
    }

    private static byte[] idOf(byte[] document) {
        BsonCursor cursor = BsonCursor.over(document);
        cursor.find(ID);
        Bytes out = new Bytes().int32(0).put(document, cursor.elementOffset(), cursor.elementLength());
        out.put(0).setInt32(0, out.length());
        return out.toByteArray();
    }

    /** The document as it is, and behind its last field the sink's. */
    private static byte[] withMetadata(StagedRow row, String field) throws UnfitException {
        ChangeRecord change = row.change();
        byte[] document = change.document();
        byte[] name = field.getBytes(UTF_8);
        if (BsonCursor.over(document).find(name)) {
            throw new UnfitException(
                    Reason.UNMAPPABLE,
                    "metadata-field",
                    "A document of " + change.namespace() + " has a field '" + field
                            + "' itself, where this sink keeps the version: give metadata-field another name");
        }
        Bytes out = new Bytes(document.length + 256).put(document, 0, document.length - 1);
        out.put(BsonCursor.DOCUMENT).put(name).put(0);
        int start = out.length();
        out.int32(0);
        string("ns", change.namespace().toString(), out);
        string("version", change.version().text(), out);
        out.put(BsonCursor.INT32).put("revision\0".getBytes(UTF_8)).int32(change.revision());
        out.put(BsonCursor.BINARY).put("rowHash\0".getBytes(UTF_8));
        out.int32(change.rowHash().length).put(0).put(change.rowHash());
        out.put(0).setInt32(start, out.length() - start);
        out.put(0).setInt32(0, out.length());
        return out.toByteArray();
    }

    private static void string(String name, String value, Bytes out) {
        byte[] utf8 = value.getBytes(UTF_8);
        out.put(BsonCursor.STRING)
                .put((name + '\0').getBytes(UTF_8))
                .int32(utf8.length + 1)
                .put(utf8)
                .put(0);
    }
}
