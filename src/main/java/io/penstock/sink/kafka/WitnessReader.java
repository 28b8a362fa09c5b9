/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.spec.KafkaSinkSpec;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks a witness up in its topic, with a consumer of its own; needs the right to read the topic. Called in the committer's task thread,
 * only after a commit has failed.
 *
 * <p>A consumer that reads committed transactions steps over a message for either of two reasons: it was aborted, or it is not there any
 * more (compacted away, which happens to committed messages and to aborted ones). One that reads everything tells the two apart. A
 * message that is gone proves nothing, and neither do those that follow: a later version of a key is there after a commit as well as
 * after an abort.
 */
final class WitnessReader implements Function<Witness, Outcome> {
    private static final Logger LOG = LoggerFactory.getLogger(WitnessReader.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaSinkSpec spec;
    private final Duration patience;

    /** What a consumer meets at the witness's offset. */
    private enum Sight {
        THERE,
        STEPPED_OVER,
        NOT_YET
    }

    /**
     * @param patience how long an undecided transaction before the witness is waited for
     */
    WitnessReader(KafkaSinkSpec spec, Duration patience) {
        this.spec = spec;
        this.patience = patience;
    }

    @Override
    public Outcome apply(Witness witness) {
        try {
            return switch (look(witness, "read_committed")) {
                case THERE -> Outcome.COMMITTED;
                case NOT_YET -> Outcome.OPEN;
                case STEPPED_OVER -> switch (look(witness, "read_uncommitted")) {
                    case THERE -> Outcome.ABORTED;
                    case NOT_YET -> Outcome.OPEN;
                    case STEPPED_OVER -> Outcome.UNKNOWN;
                };
            };
        } catch (InvalidOffsetException | AuthorizationException e) {
            LOG.warn("Cannot read {}", witness, e);
            return Outcome.UNKNOWN;
        } catch (KafkaException e) {
            LOG.warn("Cannot read {} now", witness, e);
            return Outcome.OPEN;
        }
    }

    private Sight look(Witness witness, String isolation) {
        Properties properties = KafkaProperties.only(ConsumerConfig.configNames(), spec);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return look(consumer, witness);
        }
    }

    private Sight look(KafkaConsumer<byte[], byte[]> consumer, Witness witness) {
        TopicPartition partition = new TopicPartition(witness.topic(), witness.partition());
        consumer.assign(List.of(partition));
        consumer.seek(partition, witness.offset());
        long deadline = System.nanoTime() + patience.toNanos();
        do {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                return record.offset() == witness.offset() ? Sight.THERE : Sight.STEPPED_OVER;
            }
            // Messages that are not to be seen are stepped over without being returned.
            if (consumer.position(partition) > witness.offset()) {
                return Sight.STEPPED_OVER;
            }
        } while (System.nanoTime() < deadline);
        return Sight.NOT_YET;
    }
}
