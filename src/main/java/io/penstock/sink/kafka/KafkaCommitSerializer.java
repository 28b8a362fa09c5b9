/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.Delivery;
import io.penstock.record.DeliverySerializer;
import io.penstock.record.LetterEvent;
import io.penstock.record.LetterEventSerializer;
import io.penstock.record.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Version 1: the transactional id, the checkpoint, the count, first and last version as text, the witness, then the connector's
 * committable with its own version in front. Texts are their length in bytes and UTF-8, not {@code writeUTF}: a version may hold a
 * resume token, and a token an {@code _id} of more than 64 KB. Version 2: behind it the deliveries, with their number in front. Version 3: in front of all
 * whether there is a transaction, without which there is the checkpoint only in place of version 1's fields; behind all the letters, with their number in front.
 */
final class KafkaCommitSerializer implements SimpleVersionedSerializer<KafkaCommit> {
    private static final int WITHOUT_DELIVERIES = 1;
    private static final int WITHOUT_LETTERS = 2;
    private static final int VERSION = 3;

    private final SimpleVersionedSerializer<Object> transactions;

    /**
     * @param transactions of the connector's committables
     */
    KafkaCommitSerializer(SimpleVersionedSerializer<Object> transactions) {
        this.transactions = transactions;
    }

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(KafkaCommit commit) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(256);
        out.writeBoolean(commit.hasTransaction());
        if (commit.hasTransaction()) {
            writeTransaction(commit, out);
        } else {
            out.writeLong(commit.afterCheckpoint());
        }
        out.writeInt(commit.deliveries().size());
        for (Delivery delivery : commit.deliveries()) {
            DeliverySerializer.INSTANCE.serialize(delivery, out);
        }
        out.writeInt(commit.letters().size());
        for (LetterEvent letter : commit.letters()) {
            LetterEventSerializer.INSTANCE.serialize(letter, out);
        }
        return out.getCopyOfBuffer();
    }

    private void writeTransaction(KafkaCommit commit, DataOutputSerializer out) throws IOException {
        writeText(out, commit.transactionalId());
        out.writeLong(commit.afterCheckpoint());
        out.writeLong(commit.count());
        writeText(out, commit.first().text());
        writeText(out, commit.last().text());
        writeText(out, commit.witness().topic());
        out.writeInt(commit.witness().partition());
        out.writeLong(commit.witness().offset());
        SimpleVersionedSerialization.writeVersionAndSerialize(transactions, commit.transaction(), out);
    }

    @Override
    public KafkaCommit deserialize(int version, byte[] serialized) throws IOException {
        if (version < WITHOUT_DELIVERIES || version > VERSION) {
            throw new IOException(
                    "a Kafka commit of format " + version + "; this version of Penstock reads up to " + VERSION);
        }
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        if (version > WITHOUT_LETTERS && !in.readBoolean()) {
            return KafkaCommit.ofLetters(in.readLong(), readDeliveries(in), readLetters(in));
        }
        String transactionalId = readText(in);
        long afterCheckpoint = in.readLong();
        long count = in.readLong();
        Version first = Version.parse(readText(in));
        Version last = Version.parse(readText(in));
        Witness witness = new Witness(readText(in), in.readInt(), in.readLong());
        Object transaction = SimpleVersionedSerialization.readVersionAndDeSerialize(transactions, in);
        List<Delivery> deliveries = version == WITHOUT_DELIVERIES ? List.of() : readDeliveries(in);
        List<LetterEvent> letters = version <= WITHOUT_LETTERS ? List.of() : readLetters(in);
        return new KafkaCommit(
                transaction, transactionalId, afterCheckpoint, count, first, last, witness, deliveries, letters);
    }

    private static List<Delivery> readDeliveries(DataInputView in) throws IOException {
        List<Delivery> deliveries = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            deliveries.add(DeliverySerializer.INSTANCE.deserialize(in));
        }
        return deliveries;
    }

    private static List<LetterEvent> readLetters(DataInputView in) throws IOException {
        List<LetterEvent> letters = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            letters.add(LetterEventSerializer.INSTANCE.deserialize(in));
        }
        return letters;
    }

    private static void writeText(DataOutputSerializer out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputView in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
