/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.record.DeadLetter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Dead letters, with what people do to them. A letter that can be seen here is whole. */
public interface LetterStore extends DeadLetters {
    /** Hands out what is known of letters, the oldest version first; their changes are not read. */
    void list(LetterFilter filter, Consumer<LetterEntry> reader) throws IOException;

    /** The same in memory: letters are bounded. */
    default List<LetterEntry> list(LetterFilter filter) throws IOException {
        List<LetterEntry> all = new ArrayList<>();
        list(filter, all::add);
        return all;
    }

    /** A letter with its change; empty when it is not there. */
    Optional<DeadLetter> read(String id) throws IOException;

    /** Asks for the replay of an open letter. Durable when it returns; does nothing to one that is not open. */
    void request(String id) throws IOException;

    /** Removes a letter, whatever its state; does nothing when it is not there. Should it be refused again, it is there again. */
    void purge(String id) throws IOException;
}
