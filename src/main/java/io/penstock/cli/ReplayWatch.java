/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.store.LetterEntry;
import io.penstock.store.LetterFilter;
import io.penstock.store.LetterStore;
import io.penstock.store.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What becomes of letters whose replay was asked for. */
final class ReplayWatch {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final LetterStore letters;
    private final Consumer<Outcome> ended;
    /** As they were when they were asked for, of those whose end is not known. */
    private final Map<String, LetterEntry> waiting = new LinkedHashMap<>();

    private final Map<String, Outcome> outcomes = new LinkedHashMap<>();

    /** What a replay came to. */
    enum End {
        WAITING,
        REPLAYED,
        SUPERSEDED,
        REFUSED_AGAIN,
        PURGED
    }

    /** Of one letter. */
    record Outcome(String id, String sink, String ns, String key, End end, int attempts, String code, String message) {
        private static Outcome of(LetterEntry letter, End end) {
            return new Outcome(
                    letter.id(),
                    letter.sink(),
                    letter.ns(),
                    letter.key(),
                    end,
                    letter.attempts(),
                    letter.code(),
                    letter.message());
        }

        /** For a person. */
        String sentence() {
            String what = id.substring(0, 12) + "  " + ns + " " + key + "  ";
            return LetterTable.plain(
                    switch (end) {
                        case REPLAYED -> what + "is replayed";
                        case SUPERSEDED -> what + "is superseded: a newer version was exported since";
                        case REFUSED_AGAIN -> what + "was refused again, " + attempts + " times now: " + message
                                + (code == null ? "" : " (" + code + ")");
                        case PURGED -> what + "was removed";
                        case WAITING -> what + "waits";
                    });
        }
    }

    /**
     * Watches letters.
     *
     * @param asked as they were before they were asked for
     * @param ended told of each whose end is known
     */
    ReplayWatch(LetterStore letters, Collection<LetterEntry> asked, Consumer<Outcome> ended) {
        this.letters = letters;
        this.ended = ended;
        for (LetterEntry letter : asked) {
            waiting.put(letter.id(), letter);
            outcomes.put(letter.id(), Outcome.of(letter, End.WAITING));
        }
    }

    /** Looks until the end of each is known, or the time is over; at least once. */
    void await(Duration patience) throws IOException {
        long begun = System.nanoTime();
        look();
        while (!waiting.isEmpty() && System.nanoTime() - begun < patience.toNanos()) {
            Patience.pause(BETWEEN_LOOKS);
            look();
        }
    }

    private void look() throws IOException {
        Map<String, LetterEntry> now = letters.list(LetterFilter.ALL).stream()
                .filter(letter -> waiting.containsKey(letter.id()))
                .collect(Collectors.toMap(LetterEntry::id, Function.identity()));
        for (LetterEntry asked : new ArrayList<>(waiting.values())) {
            LetterEntry letter = now.get(asked.id());
            End end = end(asked, letter);
            if (end != End.WAITING) {
                Outcome outcome = Outcome.of(letter == null ? asked : letter, end);
                waiting.remove(asked.id());
                outcomes.put(asked.id(), outcome);
                ended.accept(outcome);
            }
        }
    }

    /**
     * What a replay came to.
     *
     * @param asked as it was before
     * @param now null when it is gone
     */
    static End end(LetterEntry asked, LetterEntry now) {
        if (now == null) {
            return End.PURGED;
        }
        return switch (now.state()) {
            case REPLAYED -> End.REPLAYED;
            case SUPERSEDED -> End.SUPERSEDED;
            case OPEN, REQUESTED -> now.attempts() > asked.attempts() ? End.REFUSED_AGAIN : End.WAITING;
        };
    }

    /** Those whose end is not known. */
    List<LetterEntry> waiting() {
        return List.copyOf(waiting.values());
    }

    boolean wasRefusedAgain() {
        return outcomes.values().stream().anyMatch(outcome -> outcome.end() == End.REFUSED_AGAIN);
    }

    /** Of each. */
    List<Outcome> outcomes() {
        return List.copyOf(outcomes.values());
    }
}
