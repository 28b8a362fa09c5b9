/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.io.BasicOutputBuffer;
import org.bson.json.JsonReader;

/**
 * Reads back what {@link JsonEnvelope} and {@link BsonEnvelope} wrote. What is not exported (the image before, its row hash) is
 * null in what is read. Fields may come in any order, and unknown ones are passed over.
 */
public final class ChangeDecoder {
    private final BsonReader reader;
    /** The one key whose changes are asked for, or null for all. */
    private final Key only;

    private Key key;
    private Op op;
    private Namespace namespace;
    private byte[] documentKey;
    private Version version;
    private int revision;
    private byte[] document;
    private int epoch;
    private long window;
    private long shape;
    private String exportVersion;
    private byte[] rowHash;

    private ChangeDecoder(BsonReader reader, Key only) {
        this.reader = reader;
        this.only = only;
    }

    /**
     * Reads one line of NDJSON.
     *
     * @throws RuntimeException when it is no change
     */
    public static ChangeRecord json(String line) {
        return json(line, null);
    }

    /** Reads one line of NDJSON, no further than to its key when that is another one: then it is null. */
    public static ChangeRecord json(String line, Key only) {
        try (JsonReader json = new JsonReader(line)) {
            return new ChangeDecoder(json, only).decode();
        }
    }

    /**
     * Reads one BSON document.
     *
     * @throws RuntimeException when it is no change
     */
    public static ChangeRecord bson(byte[] envelope) {
        return bson(envelope, null);
    }

    /** Reads one BSON document, no further than to its key when that is another one: then it is null. */
    public static ChangeRecord bson(byte[] envelope, Key only) {
        try (BsonBinaryReader bson = new BsonBinaryReader(ByteBuffer.wrap(envelope))) {
            return new ChangeDecoder(bson, only).decode();
        }
    }

    /**
     * Reads a document from Extended JSON.
     *
     * @throws RuntimeException when it is none
     */
    public static byte[] document(String json) {
        try (JsonReader reader = new JsonReader(json)) {
            return raw(reader);
        }
    }

    private ChangeRecord decode() {
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            field(reader.readName());
            if (only != null && key != null && !key.equals(only)) {
                return null;
            }
        }
        reader.readEndDocument();
        return new ChangeRecord(
                op,
                namespace,
                Objects.requireNonNull(key, "it has no key"),
                documentKey,
                version,
                revision,
                document,
                null,
                epoch,
                window,
                shape,
                exportVersion,
                rowHash,
                null);
    }

    private void field(String name) {
        if (reader.getCurrentBsonType() == BsonType.NULL) {
            reader.readNull();
            return;
        }
        switch (name) {
            case "op" -> op = op(reader.readString());
            case "ns" -> namespace = Namespace.parse(reader.readString());
            case "key" -> {
                documentKey = raw(reader);
                key = Key.of(documentKey);
            }
            case "version" -> version = Version.parse(reader.readString());
            case "revision" -> revision = Math.toIntExact(number());
            case "doc" -> document = raw(reader);
            case "epoch" -> epoch = Math.toIntExact(number());
            case "window" -> window = number();
            case "shape" -> shape = Long.parseUnsignedLong(reader.readString(), 16);
            case "exportVersion" -> exportVersion = reader.readString();
            case "rowHash" -> rowHash = hash();
            default -> reader.skipValue();
        }
    }

    private static byte[] raw(BsonReader reader) {
        BasicOutputBuffer buffer = new BasicOutputBuffer(512);
        try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            writer.pipe(reader);
        }
        return buffer.toByteArray();
    }

    private long number() {
        return reader.getCurrentBsonType() == BsonType.INT64 ? reader.readInt64() : reader.readInt32();
    }

    private byte[] hash() {
        return reader.getCurrentBsonType() == BsonType.BINARY
                ? reader.readBinaryData().getData()
                : HexFormat.of().parseHex(reader.readString());
    }

    /** @throws IllegalArgumentException when no operation has that code */
    public static Op op(String code) {
        for (Op op : Op.values()) {
            if (code.length() == 1 && op.code() == code.charAt(0)) {
                return op;
            }
        }
        throw new IllegalArgumentException("unknown operation '" + code + "'");
    }
}
