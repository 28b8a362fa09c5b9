/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import io.penstock.record.DeadLetter;
import io.penstock.record.LetterEvent;
import io.penstock.store.LetterEntry;
import io.penstock.store.LetterFilter;
import io.penstock.store.LetterState;
import io.penstock.store.LetterStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Letters in a place that can list what is known of them: that is held in memory, which their bounds allow; their changes are not. */
abstract class ListedLetters implements LetterStore {
    /** All that are whole, as they are now. Not to be changed. */
    abstract Map<String, LetterEntry> entries() throws IOException;

    /**
     * Makes a letter, its change first.
     *
     * @return false when another was faster, and it is to be looked at anew
     */
    abstract boolean add(LetterEntry entry, byte[] change) throws IOException;

    /** Writes what has become of a letter; false as above. */
    abstract boolean replace(LetterEntry entry) throws IOException;

    /** Removes a letter, so that it is whole no more at once. */
    abstract void remove(LetterEntry entry) throws IOException;

    /** @throws java.io.FileNotFoundException when it was removed meanwhile */
    abstract byte[] change(LetterEntry entry) throws IOException;

    @Override
    public void settle(List<LetterEvent> events) throws IOException {
        Map<String, LetterEntry> now = new HashMap<>(entries());
        for (LetterEvent event : events) {
            while (!settled(event, now)) {
                now = new HashMap<>(entries());
            }
        }
    }

    private boolean settled(LetterEvent event, Map<String, LetterEntry> now) throws IOException {
        LetterEntry before = now.get(event.id());
        LetterEntry after = LetterRules.after(before, event, time());
        if (Objects.equals(after, before)) {
            return true;
        }
        now.put(event.id(), after);
        return before == null ? add(after, ChangeBytes.of(event)) : replace(after);
    }

    @Override
    public long open(String sink) throws IOException {
        return entries().values().stream()
                .filter(entry -> entry.sink().equals(sink) && entry.state().isOpen())
                .count();
    }

    @Override
    public long stored(Collection<String> ids) throws IOException {
        Set<String> known = entries().keySet();
        return ids.stream().filter(known::contains).count();
    }

    @Override
    public void list(LetterFilter filter, Consumer<LetterEntry> reader) throws IOException {
        entries().values().stream()
                .filter(filter::meets)
                .sorted(LetterEntry.OLDEST_FIRST)
                .forEach(reader);
    }

    @Override
    public List<DeadLetter> requested(Map<String, Integer> underWay, long mostBytes) throws IOException {
        List<LetterEntry> requested = list(LetterFilter.ALL.in(Set.of(LetterState.REQUESTED)));
        List<DeadLetter> letters = new ArrayList<>();
        for (LetterEntry entry : LetterRules.next(requested, underWay, mostBytes)) {
            letter(entry).ifPresent(letters::add);
        }
        return letters;
    }

    private Optional<DeadLetter> letter(LetterEntry entry) throws IOException {
        try {
            return Optional.of(entry.letter(ChangeBytes.read(change(entry))));
        } catch (FileNotFoundException purgedMeanwhile) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<DeadLetter> read(String id) throws IOException {
        LetterEntry entry = entries().get(id);
        return entry == null ? Optional.empty() : letter(entry);
    }

    @Override
    public void request(String id) throws IOException {
        LetterEntry entry = entries().get(id);
        while (entry != null
                && entry.state() == LetterState.OPEN
                && !replace(entry.in(LetterState.REQUESTED, time()))) {
            entry = entries().get(id);
        }
    }

    @Override
    public void purge(String id) throws IOException {
        LetterEntry entry = entries().get(id);
        if (entry != null) {
            remove(entry);
        }
    }

    private static String time() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
