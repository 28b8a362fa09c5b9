/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.server;

import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoCursor;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** A change stream of the driver, which takes it up again by itself once after a fault that passes. */
final class DriverChanges implements SourceServer.ChangeCursor {
    private final MongoCursor<RawBsonDocument> cursor;

    DriverChanges(ChangeStreamIterable<?> stream) {
        cursor = stream.withDocumentClass(RawBsonDocument.class).cursor();
    }

    @Override
    public byte[] tryNext() {
        RawBsonDocument event = cursor.tryNext();
        return event == null ? null : RawBytesCodec.bytes(event);
    }

    @Override
    public boolean hasBuffered() {
        return cursor.available() > 0;
    }

    @Override
    public byte[] token() {
        BsonDocument token = ((MongoChangeStreamCursor<?>) cursor).getResumeToken();
        return token == null ? null : RawBytesCodec.bytes(new RawBsonDocument(token, new BsonDocumentCodec()));
    }

    @Override
    public void close() {
        cursor.close();
    }
}
