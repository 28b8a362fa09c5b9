/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.util.EnumSet;
import java.util.Set;

/**
 * Which dead letters are meant.
 *
 * @param sink its name; null for all
 * @param namespace {@code database.collection}; null for all
 * @param states in one of them
 * @param prefix what their ids begin with; empty for all
 */
public record LetterFilter(String sink, String namespace, Set<LetterState> states, String prefix) {
    /** All of a job. */
    public static final LetterFilter ALL = new LetterFilter(null, null, EnumSet.allOf(LetterState.class), "");

    public LetterFilter {
        states = Set.copyOf(states);
    }

    /** Those of one sink; null for all. */
    public LetterFilter ofSink(String name) {
        return new LetterFilter(name, namespace, states, prefix);
    }

    /** Those of one collection; null for all. */
    public LetterFilter ofNamespace(String name) {
        return new LetterFilter(sink, name, states, prefix);
    }

    /** Those in some states. */
    public LetterFilter in(Set<LetterState> some) {
        return new LetterFilter(sink, namespace, some, prefix);
    }

    /** Those whose ids begin so. */
    public LetterFilter beginning(String beginning) {
        return new LetterFilter(sink, namespace, states, beginning);
    }

    /** Whether a letter is meant. */
    public boolean meets(LetterEntry entry) {
        return (sink == null || sink.equals(entry.sink()))
                && (namespace == null || namespace.equals(entry.ns()))
                && states.contains(entry.state())
                && entry.id().startsWith(prefix);
    }
}
