/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecordSerializer;
import io.penstock.record.LetterEvent;
import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** A change in the form in which it travels through the job, whose first byte names its format: all formats that ever were can be read. */
public final class ChangeBytes {
    private static final int FIRST = 4096;

    private ChangeBytes() {}

    /** Of an event that makes a letter. */
    static byte[] of(LetterEvent event) throws IOException {
        return of(((LetterEvent.Refused) event).letter().change());
    }

    public static byte[] of(ChangeRecord change) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(FIRST);
        ChangeRecordSerializer.INSTANCE.serialize(change, out);
        return Arrays.copyOf(out.getSharedBuffer(), out.length());
    }

    public static ChangeRecord read(byte[] bytes) throws IOException {
        return ChangeRecordSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes));
    }
}
