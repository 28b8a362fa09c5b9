/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.BsonEnvelope;
import io.penstock.sink.Bytes;
import io.penstock.sink.ChangeEncoder;
import io.penstock.sink.ExtendedJson;
import io.penstock.sink.JsonEnvelope;
import io.penstock.spec.KafkaSinkSpec;

/** A message's key and value. Not thread-safe. */
final class MessageFormat {
    private static final int KEPT_BYTES = 1 << 20;

    private final ChangeEncoder encoder;
    private final boolean tombstones;
    private Bytes buffer = new Bytes();

    private MessageFormat(ChangeEncoder encoder, boolean tombstones) {
        this.encoder = encoder;
        this.tombstones = tombstones;
    }

    static MessageFormat of(KafkaSinkSpec.Format format) {
        return switch (format) {
            case DEBEZIUM_JSON -> new MessageFormat(new DebeziumJson(), false);
            case JSON -> new MessageFormat(JsonEnvelope.relaxed(), true);
            case BSON -> new MessageFormat(new BsonEnvelope(), false);
        };
    }

    /** The canonical {@code {"_id": …}} in relaxed Extended JSON, the same in all formats. */
    byte[] key(ChangeRecord change) {
        ExtendedJson.relaxed(change.key().bytes(), 0, buffer.clear());
        return buffer.toByteArray();
    }

    /** The change in the format; null, a tombstone, for a delete in {@code json}. */
    byte[] value(ChangeRecord change) {
        if (tombstones && change.document() == null) {
            return null;
        }
        encoder.encode(change, buffer.clear());
        byte[] value = buffer.toByteArray();
        if (buffer.array().length > KEPT_BYTES) {
            buffer = new Bytes(); // One huge document shall not cost its size for ever.
        }
        return value;
    }
}
