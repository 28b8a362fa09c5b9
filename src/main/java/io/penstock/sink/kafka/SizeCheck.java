/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import org.apache.kafka.clients.producer.ProducerRecord;

/** Finds messages that are too large before they are sent: one that the broker refuses takes its whole transaction with it. Used in the writer's task thread. */
final class SizeCheck {
    private final MessageSize size;
    private final TopicLimits limits;

    SizeCheck(MessageSize size, TopicLimits limits) {
        this.size = size;
        this.limits = limits;
    }

    /** Why a message is not to be sent; null when it may be. */
    String problem(ProducerRecord<byte[], byte[]> message) {
        int estimated = size.estimated(message);
        String topic = message.topic();
        boolean isSent = estimated <= size.largestRequest();
        if (isSent && size.fits(message, estimated, limits.of(topic))) {
            return null;
        }
        TopicLimit limit = limits.now(topic);
        return isSent && size.fits(message, estimated, limit)
                ? null
                : TooLarge.words(estimated, topic, message.key(), size.requestLimit(), limit);
    }
}
