/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.spec.DeadLettersSpec;
import io.penstock.store.LetterEntry;
import io.penstock.store.letters.LetterTopic.Place;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Dead letters in a compacted topic. The last message of the key {@code <id>} is what is known of a letter, as JSON; the messages of {@code
 * <id>/0} and so on are its change in pieces, which are there before it. Tombstones remove both, what is known first.
 *
 * <p><b>Why a letter is there once.</b> Whoever writes has read the topic to its end, and writes nothing that is there with the same content; so a
 * plain reader too meets a letter's state once, however often it was settled. Of two jobs that write at the same moment, which a job's lease
 * forbids, he would meet it twice, and the topic's last message of the key still be the one that counts.
 */
public final class KafkaLetters extends ListedLetters {
    /** Below what any topic takes: a state changes without the change being written again, and large documents need no settings. */
    static final int PIECE_BYTES = 512 * 1024;

    private static final char PIECE = '/';

    /** What the topic held of a letter when it was last read. */
    private record Found(LetterEntry entry, int pieces) {}

    private final String job;
    private final LetterTopic topic;
    private final Map<String, Found> found = new HashMap<>();
    private final Map<String, Place> pieces = new HashMap<>();

    private KafkaLetters(String job, LetterTopic topic) {
        this.job = job;
        this.topic = topic;
    }

    /**
     * Connects, and creates the topic unless it is there.
     *
     * @param job its name
     * @throws IOException when it cannot be had, or is not fit for it
     */
    public static KafkaLetters open(DeadLettersSpec spec, String job) throws IOException {
        return new KafkaLetters(job, LetterTopic.open(spec));
    }

    @Override
    Map<String, LetterEntry> entries() throws IOException {
        List<ConsumerRecord<byte[], byte[]>> unread = new ArrayList<>();
        topic.readOn(message -> unread.add(withoutPiece(message)));
        for (ConsumerRecord<byte[], byte[]> message : unread) {
            note(message);
        }
        return found.entrySet().stream()
                .filter(letter -> isWhole(letter.getKey(), letter.getValue()))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, letter -> letter.getValue().entry()));
    }

    private void note(ConsumerRecord<byte[], byte[]> message) throws IOException {
        String key = new String(message.key(), UTF_8);
        if (key.indexOf(PIECE) >= 0) {
            if (message.value() == null) {
                pieces.remove(key);
            } else {
                pieces.put(key, new Place(message.partition(), message.offset()));
            }
        } else if (message.value() == null) {
            found.remove(key);
        } else {
            String where = key + " in topic " + message.topic();
            found.put(key, new Found(LetterText.read(message.value(), where), LetterText.pieces(message.value())));
        }
    }

    /** Where a piece is is enough to know. */
    private static ConsumerRecord<byte[], byte[]> withoutPiece(ConsumerRecord<byte[], byte[]> message) {
        boolean isPiece = message.value() != null && new String(message.key(), UTF_8).indexOf(PIECE) >= 0;
        return isPiece
                ? new ConsumerRecord<>(
                        message.topic(), message.partition(), message.offset(), message.key(), new byte[0])
                : message;
    }

    private boolean isWhole(String id, Found letter) {
        return IntStream.range(0, letter.pieces()).allMatch(n -> pieces.containsKey(key(id, n)));
    }

    @Override
    boolean add(LetterEntry entry, byte[] change) throws IOException {
        int count = (change.length + PIECE_BYTES - 1) / PIECE_BYTES;
        Map<String, byte[]> missing = new LinkedHashMap<>();
        for (int n = 0; n < count; n++) {
            String key = key(entry.id(), n);
            byte[] piece = Arrays.copyOfRange(change, n * PIECE_BYTES, Math.min(change.length, (n + 1) * PIECE_BYTES));
            if (!pieces.containsKey(key) || !Arrays.equals(piece, topic.read(pieces.get(key)))) {
                missing.put(key, piece);
            }
        }
        topic.write(missing);
        topic.write(Map.of(entry.id(), LetterText.write(job, entry, count)));
        return true;
    }

    @Override
    boolean replace(LetterEntry entry) throws IOException {
        Found before = found.get(entry.id());
        // One that this settling has added is not read yet.
        if (before == null) {
            entries();
            before = found.get(entry.id());
            if (before == null) {
                return false; // purged meanwhile
            }
        }
        topic.write(Map.of(entry.id(), LetterText.write(job, entry, before.pieces())));
        return true;
    }

    @Override
    void remove(LetterEntry entry) throws IOException {
        Map<String, byte[]> tombstones = new LinkedHashMap<>();
        tombstones.put(entry.id(), null);
        IntStream.range(0, found.get(entry.id()).pieces()).forEach(n -> tombstones.put(key(entry.id(), n), null));
        topic.write(tombstones);
    }

    @Override
    byte[] change(LetterEntry entry) throws IOException {
        ByteArrayOutputStream change = new ByteArrayOutputStream();
        for (int n = 0; n < found.get(entry.id()).pieces(); n++) {
            byte[] piece = topic.read(pieces.get(key(entry.id(), n)));
            if (piece == null) {
                throw new FileNotFoundException("piece " + n + " of " + entry.id());
            }
            change.writeBytes(piece);
        }
        return change.toByteArray();
    }

    private static String key(String id, int piece) {
        return id + PIECE + piece;
    }

    @Override
    public void close() {
        topic.close();
    }
}
