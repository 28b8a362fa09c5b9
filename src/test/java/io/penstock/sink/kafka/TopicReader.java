/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.record.RowHash;
import io.penstock.sink.Bytes;
import io.penstock.sink.ChangeDecoder;
import io.penstock.sink.ExtendedJson;
import io.penstock.spec.KafkaSinkSpec.Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a consumer of committed transactions makes of the messages of any format, by headers and values. */
public final class TopicReader {
    private static final JsonFactory JSON = new JsonFactory();

    private TopicReader() {}

    /**
     * A change that was read.
     *
     * @param key the canonical one, as Extended JSON
     * @param version version text
     * @param document in relaxed Extended JSON; null for a delete
     */
    public record Read(String key, String version, int revision, String document) {}

    /** A topic's changes, those of a key in their order; none when there is no such topic. */
    public static List<Read> committed(KafkaBroker broker, String topic, Format format) {
        try (Admin admin = broker.admin()) {
            if (!admin.listTopics().names().get().contains(topic)) {
                return List.of();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return Messages.committed(broker, topic).stream()
                .map(message -> read(message, format))
                .toList();
    }

    /** The transactions that were begun and neither committed nor aborted, of sinks whose topics begin so. */
    public static List<String> openTransactions(KafkaBroker broker, String topics) {
        ListTransactionsOptions open = new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING));
        try (Admin admin = broker.admin()) {
            return admin.listTransactions(open).all().get().stream()
                    .map(TransactionListing::transactionalId)
                    .filter(id -> id.startsWith("penstock-test-" + topics))
                    .toList();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Read read(ConsumerRecord<byte[], byte[]> message, Format format) {
        Read read = new Read(
                Key.of(Changes.bson(Messages.key(message))).toString(),
                Messages.header(message, "version"),
                Integer.parseInt(Messages.header(message, "revision")),
                document(message, format));
        assertThat(Messages.header(message, "op").equals("d"))
                .as("%s is a delete", read.version())
                .isEqualTo(read.document() == null);
        return read;
    }

    private static String document(ConsumerRecord<byte[], byte[]> message, Format format) {
        return switch (format) {
            case DEBEZIUM_JSON -> {
                assertSaysTheSame(message, "source");
                yield objects(message.value(), Set.of("after")).get("after");
            }
            case JSON -> {
                if (message.value() == null) {
                    yield null;
                }
                assertThat(objects(message.value(), Set.of("version")).get("version"))
                        .isEqualTo('"' + Messages.header(message, "version") + '"');
                yield objects(message.value(), Set.of("doc")).get("doc");
            }
            case BSON -> bson(message);
        };
    }

    /** The row hash is that of the document that was read. */
    private static String bson(ConsumerRecord<byte[], byte[]> message) {
        ChangeRecord change = ChangeDecoder.bson(message.value());
        assertThat(change.version().text()).isEqualTo(Messages.header(message, "version"));
        if (change.document() == null) {
            return null;
        }
        assertThat(change.rowHash()).isEqualTo(RowHash.of(change.namespace(), change.key(), change.document()));
        Bytes relaxed = new Bytes();
        ExtendedJson.relaxed(change.document(), 0, relaxed);
        return new String(relaxed.toByteArray(), StandardCharsets.UTF_8);
    }

    private static void assertSaysTheSame(ConsumerRecord<byte[], byte[]> message, String field) {
        byte[] source = objects(message.value(), Set.of(field)).get(field).getBytes(StandardCharsets.UTF_8);
        Map<String, String> said = objects(source, Set.of("version", "revision"));
        assertThat(said.get("version")).isEqualTo('"' + Messages.header(message, "version") + '"');
        assertThat(said.get("revision")).isEqualTo(Messages.header(message, "revision"));
    }

    /** The texts of some fields of a JSON object, character by character as they stand there; none for those that are null. */
    private static Map<String, String> objects(byte[] json, Set<String> fields) {
        Map<String, String> texts = new HashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                int begin = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                parser.finishToken();
                int end = (int) parser.currentLocation().getByteOffset();
                if (value != JsonToken.VALUE_NULL && fields.contains(name)) {
                    texts.put(name, new String(json, begin, end - begin, StandardCharsets.UTF_8));
                }
            }
            assertThat(parser.nextToken()).as("what follows the object").isNull();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }
}
