/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import io.penstock.record.LetterEvent;
import io.penstock.store.LetterEntry;
import io.penstock.store.LetterState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What becomes of a letter with an event.
 *
 * <p><b>Why an event may be repeated at any time.</b> After a failure a committer settles again what it settled before, with later events in between.
 * A refusal counts for as many attempts as it names, so that an old one is known by its number, however the letter fared since; what was replayed or
 * superseded stays so.
 */
public final class LetterRules {
    private LetterRules() {}

    /**
     * The letter after the event, or the same when it changes nothing.
     *
     * @param now null when there is no such letter
     * @param time ISO 8601
     */
    public static LetterEntry after(LetterEntry now, LetterEvent event, String time) {
        if (event instanceof LetterEvent.Refused refused) {
            LetterEntry next = LetterEntry.of(refused.letter(), time);
            return now == null || (now.state().isOpen() && next.attempts() > now.attempts()) ? next : now;
        }
        return now == null || !now.state().isOpen() ? now : now.in(ended(event), time);
    }

    /**
     * Those of requested letters that are to be replayed next.
     *
     * @param underWay by id, with their attempts: one of as many is left out
     * @param mostBytes of documents; one letter is answered, whatever its size
     */
    public static List<LetterEntry> next(List<LetterEntry> requested, Map<String, Integer> underWay, long mostBytes) {
        List<LetterEntry> next = new ArrayList<>();
        long bytes = 0;
        for (LetterEntry entry : requested) {
            if (underWay.getOrDefault(entry.id(), 0) == entry.attempts()) {
                continue;
            }
            bytes += entry.documentBytes();
            if (!next.isEmpty() && bytes > mostBytes) {
                break;
            }
            next.add(entry);
        }
        return next;
    }

    private static LetterState ended(LetterEvent event) {
        return event instanceof LetterEvent.Replayed ? LetterState.REPLAYED : LetterState.SUPERSEDED;
    }
}
