/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.devserver.ServerError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.bson.BsonDocument;

/** {@code $sample}: that many documents, each set of them as likely as any other, in random order. */
final class Sample {
    private Sample() {}

    static Stream<BsonDocument> of(BsonDocument operand, Stream<BsonDocument> documents) {
        if (!operand.isNumber("size") || operand.getNumber("size").longValue() < 1) {
            throw ServerError.location(28747, "size argument to $sample must be a positive integer");
        }
        int size = (int) Math.min(Integer.MAX_VALUE, operand.getNumber("size").longValue());
        List<BsonDocument> kept = new ArrayList<>();
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long[] seen = new long[1];
        documents.forEach(document -> {
            long at = random.nextLong(++seen[0]);
            if (kept.size() < size) {
                kept.add(document);
                java.util.Collections.swap(kept, (int) at, kept.size() - 1);
            } else if (at < size) {
                kept.set((int) at, document);
            }
        });
        return kept.stream();
    }
}
