/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageSizeTest {
    private static final int LARGE = 100_000;

    private static MessageSize size(String... properties) {
        Properties producer = new Properties();
        producer.setProperty("bootstrap.servers", "unused:1");
        for (int i = 0; i < properties.length; i += 2) {
            producer.setProperty(properties[i], properties[i + 1]);
        }
        return new MessageSize(producer);
    }

    private static ProducerRecord<byte[], byte[]> message(byte[] value) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(new RecordHeader("op", "c".getBytes(UTF_8)));
        return new ProducerRecord<>("t", null, 1_760_000_001_000L, "{\"_id\":7}".getBytes(UTF_8), value, headers);
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static boolean fits(MessageSize size, ProducerRecord<byte[], byte[]> message, long bytes, String storedAs) {
        return size.fits(message, size.estimated(message), new TopicLimit(bytes, "", storedAs));
    }

    /** What a producer would send. */
    private static int sent(ProducerRecord<byte[], byte[]> message, String compression) {
        return MemoryRecords.withRecords(
                        Compression.of(compression).build(),
                        new SimpleRecord(
                                message.timestamp(),
                                message.key(),
                                message.value(),
                                message.headers().toArray()))
                .sizeInBytes();
    }

    @ParameterizedTest
    @CsvSource({
        "none, 100",
        "none, 100000",
        "gzip, 100000",
        "snappy, 100000",
        "lz4, 100000",
        "zstd, 100000",
        "zstd, 900"
    })
    void aMessageFitsUpToTheLastByteOfItsBatchThoughItBeNoiseThatGrows(String compression, int length) {
        MessageSize size = size("compression.type", compression);
        ProducerRecord<byte[], byte[]> message = message(noise(length));
        int sent = sent(message, compression);
        assertThat(fits(size, message, sent, null)).isTrue();
        assertThat(fits(size, message, sent - 1, null)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
    void aTopicTakesWhatIsSmallEnoughWhenItIsCompressedUnlessItStoresItOtherwise(String compression) {
        MessageSize size = size("compression.type", compression);
        ProducerRecord<byte[], byte[]> message = message(new byte[LARGE]);
        assertThat(fits(size, message, LARGE / 2, null)).isTrue();
        assertThat(fits(size("compression.type", "none"), message, LARGE / 2, null))
                .isFalse();
        assertThat(fits(size, message, LARGE / 2, "uncompressed")).isFalse();
        assertThat(fits(size, message, LARGE / 2, "gzip")).isTrue();
    }

    @Test
    void theProducerTakesNoMoreThanItsBufferHolds() {
        assertThat(size("max.request.size", "3000").largestRequest()).isEqualTo(3000);
        MessageSize small = size("max.request.size", "3000", "buffer.memory", "2000");
        assertThat(small.largestRequest()).isEqualTo(2000);
        assertThat(small.requestLimit()).isEqualTo("max.request.size is 3000 and its buffer.memory 2000");
    }
}
