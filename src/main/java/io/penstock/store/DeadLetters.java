/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.record.DeadLetter;
import io.penstock.record.LetterEvent;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The dead letters of one job. Used by one thread; others may use theirs at the same time. */
public interface DeadLetters extends AutoCloseable {
    /**
     * Takes note of what became of letters: each is there once, however often this is repeated. A letter that is refused again counts one more attempt.
     * Durable when it returns.
     */
    void settle(List<LetterEvent> events) throws IOException;

    /** How many letters of a sink are neither replayed, superseded nor purged. */
    long open(String sink) throws IOException;

    /** How many of these letters there are, in whatever state. */
    long stored(Collection<String> ids) throws IOException;

    /**
     * Letters whose replay was asked for and has not ended yet, oldest version first.
     *
     * @param underWay by id, letters that are under way already, with their attempts: one of as many is not answered
     * @param mostBytes about how many bytes of documents may be answered at once; one letter is, whatever its size
     */
    List<DeadLetter> requested(Map<String, Integer> underWay, long mostBytes) throws IOException;

    @Override
    void close();
}
