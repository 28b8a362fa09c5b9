/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.RowHash;
import io.penstock.record.Shape;
import io.penstock.record.Version;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** Changes to export, made up. */
final class Changes {
    static final Namespace CITIES = new Namespace("geo", "cities");
    private static final long START = 1_760_000_000L << 32;

    private Changes() {}

    /** Raw BSON of a document in shell notation. */
    static byte[] bson(String json) {
        return bson(BsonDocument.parse(json));
    }

    static byte[] bson(BsonDocument document) {
        RawBsonDocument raw = new RawBsonDocument(document, new BsonDocumentCodec());
        var buffer = raw.getByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    static ChangeRecord change(Op op, Namespace namespace, Version version, byte[] document, byte[] before) {
        byte[] any = document != null ? document : before;
        Key key = Key.of(any);
        BsonValue id = new RawBsonDocument(any).get("_id");
        return new ChangeRecord(
                op,
                namespace,
                key,
                bson(new BsonDocument("_id", id)),
                version,
                0,
                document,
                before,
                1,
                version.timestamp() / 60_000,
                document == null ? 0 : Shape.fingerprint(document),
                "5e1f00d5",
                document == null ? null : RowHash.of(namespace, key, document),
                null);
    }

    /** The {@code n}th of a series of changes that go round over a number of keys; each key's first is a creation. */
    static ChangeRecord nth(long n, int keys) {
        return nth(CITIES, n, keys);
    }

    static ChangeRecord nth(Namespace namespace, long n, int keys) {
        byte[] before = n < keys ? null : document(n - keys, keys);
        return change(n < keys ? Op.CREATE : Op.UPDATE, namespace, version(n), document(n, keys), before);
    }

    /** The version of the {@code n}th change: a thousand a second. */
    static Version version(long n) {
        return Version.event(START + ((n / 1000) << 32) + n % 1000 + 1);
    }

    private static byte[] document(long n, int keys) {
        return bson(new BsonDocument("_id", new BsonInt32((int) (n % keys)))
                .append("name", new BsonString("Ωmega " + n))
                .append("n", new BsonInt32((int) n)));
    }
}
