/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

/**
 * What a topic takes.
 *
 * @param bytes how large a batch may be, as it is stored: {@code max.message.bytes}
 * @param text the same for messages, with where it comes from
 * @param storedAs what the broker compresses batches with; null when it stores them as they come
 */
record TopicLimit(long bytes, String text, String storedAs) {
    /** Of a topic whose settings may not be read: the broker finds out itself. */
    static TopicLimit unknown(String reason) {
        return new TopicLimit(Long.MAX_VALUE, "max.message.bytes is unknown (" + reason + ")", null);
    }
}
