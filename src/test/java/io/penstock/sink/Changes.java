/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.RowHash;
import io.penstock.record.Shape;
import io.penstock.record.Version;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/** Change records for tests of sinks, with the hashes and shapes that a job would give them. */
public final class Changes {
    public static final Namespace CITIES = new Namespace("geo", "cities");

    private Changes() {}

    /** The bytes of a document. */
    public static byte[] bson(BsonDocument document) {
        BasicOutputBuffer buffer = new BasicOutputBuffer();
        try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            new BsonDocumentCodec()
                    .encode(writer, document, EncoderContext.builder().build());
        }
        return buffer.toByteArray();
    }

    /** The bytes of a document given as Extended JSON. */
    public static byte[] bson(String json) {
        return bson(BsonDocument.parse(json));
    }

    /** A cluster time. */
    public static long clusterTime(long seconds, int increment) {
        return seconds << 32 | increment;
    }

    public static ChangeRecord insert(Namespace namespace, String key, Version version, byte[] document) {
        return of(Op.CREATE, namespace, bson(key), version, document);
    }

    public static ChangeRecord delete(Namespace namespace, String key, Version version) {
        return of(Op.DELETE, namespace, bson(key), version, null);
    }

    /** A change of epoch 1, revision 0, in windows of one minute. */
    public static ChangeRecord of(Op op, Namespace namespace, byte[] documentKey, Version version, byte[] document) {
        Key key = Key.of(documentKey);
        return new ChangeRecord(
                op,
                namespace,
                key,
                documentKey,
                version,
                0,
                document,
                null,
                1,
                version.timestamp() / 60_000,
                document == null ? 0 : Shape.fingerprint(document),
                "5f1d2c3b4a596877",
                document == null ? null : RowHash.of(namespace, key, document),
                null);
    }
}
