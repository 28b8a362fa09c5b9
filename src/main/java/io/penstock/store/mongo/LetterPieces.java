/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.conversions.Bson;

/** The bytes of letters' changes, in documents that the server takes whatever the change's size: it may be that of two of the largest documents. */
final class LetterPieces {
    static final int PIECE_BYTES = 4 * 1024 * 1024;
    private static final String N = "n";
    private static final String BYTES = "bytes";

    private final MongoCollection<BsonDocument> pieces;
    private final String job;

    LetterPieces(MongoDatabase database, String job) {
        this.pieces = database.getCollection(Schema.DEAD_LETTER_PIECES, BsonDocument.class);
        this.job = job;
    }

    /** How many there are of so many bytes. */
    static int count(int length) {
        return (length + PIECE_BYTES - 1) / PIECE_BYTES;
    }

    void insert(ClientSession session, String id, byte[] change) {
        for (int n = 0; n < count(change.length); n++) {
            byte[] piece = Arrays.copyOfRange(change, n * PIECE_BYTES, Math.min(change.length, (n + 1) * PIECE_BYTES));
            pieces.insertOne(
                    session,
                    new BsonDocument("_id", key(id, n))
                            .append("format", new BsonInt32(1))
                            .append(BYTES, new BsonBinary(piece)));
        }
    }

    /** All bytes that are there. */
    byte[] read(String id, int count) {
        ByteArrayOutputStream change = new ByteArrayOutputStream();
        pieces.find(keys(id, count))
                .sort(Sorts.ascending("_id." + N))
                .forEach(piece -> change.writeBytes(piece.getBinary(BYTES).getData()));
        return change.toByteArray();
    }

    void delete(ClientSession session, String id, int count) {
        pieces.deleteMany(session, keys(id, count));
    }

    private Bson keys(String id, int count) {
        List<BsonDocument> keys =
                IntStream.range(0, count).mapToObj(n -> key(id, n)).toList();
        return Filters.in("_id", keys);
    }

    private BsonDocument key(String id, int n) {
        return LetterDocument.key(job, id).append(N, new BsonInt32(n));
    }
}
