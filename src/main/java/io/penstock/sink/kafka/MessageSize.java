/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.MemoryRecordsBuilder;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** How large a message is, as the producer and the broker reckon, each in its way. Pure. */
final class MessageSize {
    private static final String UNCOMPRESSED = "uncompressed";

    private final long largestRequest;
    private final String requestLimit;
    private final Compression compression;

    /** @param producer the producer's properties */
    MessageSize(Properties producer) {
        Map<String, Object> settings = parsed(producer);
        int maxRequest = (Integer) settings.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
        long buffer = (Long) settings.get(ProducerConfig.BUFFER_MEMORY_CONFIG);
        largestRequest = Math.min(maxRequest, buffer);
        requestLimit = ProducerConfig.MAX_REQUEST_SIZE_CONFIG + " is " + maxRequest
                + (buffer < maxRequest ? " and its " + ProducerConfig.BUFFER_MEMORY_CONFIG + " " + buffer : "");
        compression = compression(settings);
    }

    private static Map<String, Object> parsed(Properties producer) {
        Map<Object, Object> complete = new HashMap<>(producer);
        complete.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        complete.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return ProducerConfig.configDef().parse(complete);
    }

    /** As the producer makes it. */
    private static Compression compression(Map<String, Object> settings) {
        CompressionType type = CompressionType.forName((String) settings.get(ProducerConfig.COMPRESSION_TYPE_CONFIG));
        return switch (type) {
            case GZIP -> Compression.gzip()
                    .level((Integer) settings.get(ProducerConfig.COMPRESSION_GZIP_LEVEL_CONFIG))
                    .build();
            case LZ4 -> Compression.lz4()
                    .level((Integer) settings.get(ProducerConfig.COMPRESSION_LZ4_LEVEL_CONFIG))
                    .build();
            case ZSTD -> Compression.zstd()
                    .level((Integer) settings.get(ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG))
                    .build();
            default -> Compression.of(type).build();
        };
    }

    /** How many bytes the producer takes a message to have at most, never compressed. */
    int estimated(ProducerRecord<byte[], byte[]> message) {
        return AbstractRecords.estimateSizeInBytesUpperBound(
                RecordBatch.CURRENT_MAGIC_VALUE,
                compression.type(),
                message.key(),
                message.value(),
                message.headers().toArray());
    }

    /** The most that the producer takes, by its own estimate. */
    long largestRequest() {
        return largestRequest;
    }

    /** The same as part of a sentence. */
    String requestLimit() {
        return requestLimit;
    }

    /** Whether a topic takes a message: what the broker compares is a batch, compressed, here with this message alone. */
    boolean fits(ProducerRecord<byte[], byte[]> message, int estimated, TopicLimit limit) {
        boolean isCompressed = compression.type() != CompressionType.NONE || limit.storedAs() != null;
        // What cannot be compressed grows a little.
        long most = isCompressed ? estimated + (estimated >> 6) + 1024L : estimated;
        if (most <= limit.bytes()) {
            return true;
        }
        boolean isTaken = batch(message, estimated, compression) <= limit.bytes();
        return isTaken
                && (limit.storedAs() == null || batch(message, estimated, storedAs(limit.storedAs())) <= limit.bytes());
    }

    private static Compression storedAs(String name) {
        return name.equals(UNCOMPRESSED)
                ? Compression.NONE
                : Compression.of(name).build();
    }

    private static int batch(ProducerRecord<byte[], byte[]> message, int estimated, Compression compression) {
        try (MemoryRecordsBuilder batch =
                MemoryRecords.builder(ByteBuffer.allocate(estimated), compression, TimestampType.CREATE_TIME, 0)) {
            batch.append(
                    message.timestamp(),
                    message.key(),
                    message.value(),
                    message.headers().toArray());
            return batch.build().sizeInBytes();
        }
    }
}
