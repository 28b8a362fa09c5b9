/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Format 1: a tag, then the fields in the order of their record. */
public final class LetterEventSerializer extends ImmutableSerializer<LetterEvent> {
    private static final long serialVersionUID = 1L;
    public static final LetterEventSerializer INSTANCE = new LetterEventSerializer();

    private static final byte REFUSED = 1;
    private static final byte REPLAYED = 2;
    private static final byte SUPERSEDED = 3;
    private static final DeadLetter.Reason[] REASONS = DeadLetter.Reason.values();

    @Override
    protected int format() {
        return 1;
    }

    @Override
    protected void write(LetterEvent event, DataOutputView out) throws IOException {
        if (event instanceof LetterEvent.Refused refused) {
            out.writeByte(REFUSED);
            write(refused.letter(), out);
        } else {
            out.writeByte(event instanceof LetterEvent.Replayed ? REPLAYED : SUPERSEDED);
            StringValue.writeString(event.id(), out);
        }
    }

    @Override
    protected LetterEvent read(int format, DataInputView in) throws IOException {
        byte tag = in.readByte();
        return switch (tag) {
            case REFUSED -> new LetterEvent.Refused(readLetter(in));
            case REPLAYED -> new LetterEvent.Replayed(StringValue.readString(in));
            case SUPERSEDED -> new LetterEvent.Superseded(StringValue.readString(in));
            default -> throw new IOException("damaged bytes: no such kind of event of a dead letter: " + tag);
        };
    }

    static void write(DeadLetter letter, DataOutputView out) throws IOException {
        StringValue.writeString(letter.sink(), out);
        ChangeRecordSerializer.INSTANCE.serialize(letter.change(), out);
        out.writeByte(letter.reason().ordinal());
        StringValue.writeString(letter.code(), out);
        StringValue.writeString(letter.message(), out);
        out.writeInt(letter.attempts());
    }

    static DeadLetter readLetter(DataInputView in) throws IOException {
        return new DeadLetter(
                StringValue.readString(in),
                ChangeRecordSerializer.INSTANCE.deserialize(in),
                REASONS[in.readByte()],
                StringValue.readString(in),
                StringValue.readString(in),
                in.readInt());
    }

    @Override
    public TypeSerializerSnapshot<LetterEvent> snapshotConfiguration() {
        return new Snapshot();
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LetterEvent> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
