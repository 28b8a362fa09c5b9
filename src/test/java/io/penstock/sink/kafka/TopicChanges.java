/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.ChangeDecoder;
import java.util.List;

/** The changes in a topic that were written in the format {@code bson}. */
public final class TopicChanges {
    private TopicChanges() {}

    /** What a consumer sees that reads committed transactions only. */
    public static List<String> committed(KafkaBroker broker, String topic) {
        return Messages.committed(broker, topic).stream()
                .map(message -> name(ChangeDecoder.bson(message.value())))
                .toList();
    }

    /** A message that a consumer of committed transactions sees. */
    public record Placed(int partition, long offset, ChangeRecord change) {}

    /** Those of a topic of format {@code bson}. */
    public static List<Placed> placed(KafkaBroker broker, String topic) {
        return Messages.committed(broker, topic).stream()
                .map(message -> new Placed(message.partition(), message.offset(), ChangeDecoder.bson(message.value())))
                .toList();
    }

    /** How many messages are in the log that no such consumer sees now: of transactions that are open or aborted. */
    public static int unseen(KafkaBroker broker, String topic) {
        int seen = Messages.committed(broker, topic).size();
        return Messages.all(broker, topic).size() - seen;
    }

    /** What tells a change from all others. */
    public static String name(ChangeRecord change) {
        return change.namespace() + " " + change.key() + " " + change.version().text() + " " + change.revision();
    }
}
