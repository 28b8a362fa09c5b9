/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.spec.KafkaSinkSpec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limits of topics: asked for when a topic is first used, and again before a message is refused. Used in the writer's task thread. */
final class TopicLimits {
    /** What was asked for within this time is not asked for again, however many messages are refused. */
    static final Duration FRESH = Duration.ofSeconds(5);

    private static final String AS_IT_COMES = "producer";
    private static final Logger LOG = LoggerFactory.getLogger(TopicLimits.class);

    private final Function<String, TopicLimit> ask;
    private final LongSupplier nanos;
    private final Map<String, Known> known = new HashMap<>();

    private record Known(TopicLimit limit, long askedAt) {}

    /**
     * Limits of which none is known.
     *
     * @param ask the limit of a topic, now
     * @param nanos {@link System#nanoTime}
     */
    TopicLimits(Function<String, TopicLimit> ask, LongSupplier nanos) {
        this.ask = ask;
        this.nanos = nanos;
    }

    /** As it was known last. */
    TopicLimit of(String topic) {
        Known found = known.get(topic);
        return found != null ? found.limit : askFor(topic);
    }

    /** As it is now, or was a moment ago. */
    TopicLimit now(String topic) {
        Known found = known.get(topic);
        return found != null && nanos.getAsLong() - found.askedAt < FRESH.toNanos() ? found.limit : askFor(topic);
    }

    private TopicLimit askFor(String topic) {
        TopicLimit limit = ask.apply(topic);
        known.put(topic, new Known(limit, nanos.getAsLong()));
        return limit;
    }

    /**
     * Asks the broker. The effective value is its own {@code message.max.bytes} where the topic has none. Without the right to ask it stays unknown.
     *
     * @throws IOException when it cannot be asked
     */
    static TopicLimit ask(KafkaSinkSpec spec, String topic) throws IOException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = KafkaProperties.admin(spec)) {
            Config settings =
                    admin.describeConfigs(List.of(resource)).all().get().get(resource);
            ConfigEntry limit = settings.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            ConfigEntry compression = settings.get(TopicConfig.COMPRESSION_TYPE_CONFIG);
            boolean own = limit.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
            boolean asItComes = compression == null || compression.value().equals(AS_IT_COMES);
            return new TopicLimit(
                    Long.parseLong(limit.value()),
                    limit.name() + " is " + limit.value() + (own ? "" : ", taken from the broker's message.max.bytes"),
                    asItComes ? null : compression.value());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                LOG.warn("May not ask for the size limit of topic {}: messages are not checked", topic, e.getCause());
                return TopicLimit.unknown(e.getCause().getMessage());
            }
            throw new IOException(
                    "cannot ask for the size limit of topic " + topic + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while asking for the size limit of topic " + topic);
        }
    }
}
