/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.Refusal;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** What a file holds, while it is written. */
interface FileBody extends Closeable {
    /** Whether the next change may go into this file; if not, it is to be ended and another begun. */
    boolean takesMore();

    /**
     * Adds a change.
     *
     * @return how many bytes the change was
     */
    int write(ChangeRecord change) throws IOException;

    /** The changes that turned out, when they were written out, to be none for this file; it does not hold them. Each is told once. */
    default List<Refusal> takeRefused() {
        return List.of();
    }

    /** Bytes of changes that lie in memory and can be written out by {@link #flush}. */
    long held();

    /** Writes out what lies in memory. */
    void flush() throws IOException;

    /** Ends the file, which holds a change at least; the stream that it is written into stays open, or does not mind being closed. */
    void finish() throws IOException;

    /** Lets go of a file that is not wanted. */
    @Override
    void close() throws IOException;
}
