/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.LetterEvent;
import io.penstock.record.LetterEventSerializer;
import io.penstock.record.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Stages in checkpoints. Version 1: writer, number, checkpoint, rows, digest, first and last version, the targets. Texts are their length in
 * bytes and UTF-8, since a version may hold an {@code _id} of more than the 64 KB that {@code writeUTF} takes. Version 2: behind them the events of
 * dead letters, with their number in front.
 */
final class StageSerializer implements SimpleVersionedSerializer<Stage> {
    private static final int WITHOUT_LETTERS = 1;
    private static final int VERSION = 2;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(Stage stage) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(256);
        out.writeLong(stage.name().writer().getMostSignificantBits());
        out.writeLong(stage.name().writer().getLeastSignificantBits());
        out.writeLong(stage.name().number());
        out.writeLong(stage.name().afterCheckpoint());
        out.writeLong(stage.rows());
        out.writeLong(stage.digest());
        writeText(out, stage.first().text());
        writeText(out, stage.last().text());
        out.writeInt(stage.targets().size());
        for (String target : stage.targets()) {
            writeText(out, target);
        }
        out.writeInt(stage.letters().size());
        for (LetterEvent event : stage.letters()) {
            LetterEventSerializer.INSTANCE.serialize(event, out);
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public Stage deserialize(int version, byte[] serialized) throws IOException {
        if (version < WITHOUT_LETTERS || version > VERSION) {
            throw new IOException(
                    "stages of version " + version + " are not known to this release, which writes " + VERSION);
        }
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        Stage.Name name = new Stage.Name(new UUID(in.readLong(), in.readLong()), in.readLong(), in.readLong());
        long rows = in.readLong();
        long digest = in.readLong();
        Version first = Version.parse(readText(in));
        Version last = Version.parse(readText(in));
        int count = in.readInt();
        List<String> targets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            targets.add(readText(in));
        }
        List<LetterEvent> letters = new ArrayList<>();
        int events = version == WITHOUT_LETTERS ? 0 : in.readInt();
        for (int i = 0; i < events; i++) {
            letters.add(LetterEventSerializer.INSTANCE.deserialize(in));
        }
        return new Stage(name, rows, digest, first, last, targets, letters);
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
