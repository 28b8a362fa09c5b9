/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.query.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Splits events that do not fit into a message into fragments, field by field, as the server does when it is asked to. */
final class EventSplitter {
    private static final int ROOM = Batch.MAX_BYTES - (16 << 10);

    private EventSplitter() {}

    /** The event, or its fragments. */
    static List<BsonDocument> split(BsonDocument event) {
        if (Sizes.of(event) <= Batch.MAX_BYTES) {
            return List.of(event);
        }
        List<BsonDocument> parts = new ArrayList<>();
        BsonDocument part = new BsonDocument();
        for (Map.Entry<String, BsonValue> field : event.entrySet()) {
            if (field.getKey().equals("_id")) {
                continue;
            }
            BsonDocument one = new BsonDocument(field.getKey(), field.getValue());
            if (!part.isEmpty() && Sizes.of(part) + Sizes.of(one) > ROOM) {
                parts.add(part);
                part = new BsonDocument();
            }
            part.putAll(one);
        }
        parts.add(part);
        List<BsonDocument> fragments = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            BsonDocument number = new BsonDocument("fragment", Docs.num(i + 1)).append("of", Docs.num(parts.size()));
            BsonDocument fragment = new BsonDocument("_id", ResumeToken.fragment(event.getDocument("_id"), i))
                    .append("splitEvent", number);
            fragment.putAll(parts.get(i));
            fragments.add(fragment);
        }
        return fragments;
    }
}
