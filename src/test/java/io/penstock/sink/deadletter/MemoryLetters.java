/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.deadletter;

import io.penstock.record.DeadLetter;
import io.penstock.record.LetterEvent;
import io.penstock.store.DeadLetters;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Dead letters in memory, for what is tested without a place to keep them. */
public final class MemoryLetters implements DeadLetters {
    public final Map<String, DeadLetter> letters = new LinkedHashMap<>();
    public final Set<String> replayed = new LinkedHashSet<>();
    public final Set<String> superseded = new LinkedHashSet<>();

    @Override
    public void settle(List<LetterEvent> events) {
        for (LetterEvent event : events) {
            if (event instanceof LetterEvent.Refused refused) {
                letters.put(event.id(), refused.letter());
            } else {
                (event instanceof LetterEvent.Replayed ? replayed : superseded).add(event.id());
            }
        }
    }

    @Override
    public long open(String sink) {
        return letters.values().stream()
                .filter(letter -> letter.sink().equals(sink))
                .filter(letter -> !replayed.contains(letter.id()) && !superseded.contains(letter.id()))
                .count();
    }

    @Override
    public long stored(Collection<String> ids) {
        return ids.stream().filter(letters::containsKey).count();
    }

    @Override
    public List<DeadLetter> requested(Map<String, Integer> underWay, long mostBytes) {
        return List.of();
    }

    @Override
    public void close() {}
}
