/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What the user may have meant. */
final class Suggestions {

    private Suggestions() {}

    /** The closest of the known words, when one is close enough to be a slip of the fingers. */
    static Optional<String> nearest(String word, Collection<String> known) {
        int tolerated = Math.max(1, Math.min(3, word.length() / 3));
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= tolerated)
                .min(Comparator.comparingInt((String candidate) -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code , did you mean 'x'?} or nothing. */
    static String didYouMean(String word, Collection<String> known, String form) {
        return nearest(word, known)
                .map(near -> ", did you mean '" + form.formatted(near) + "'?")
                .orElse("");
    }

    /** Spelling alone counts: case, and the choice of hyphen or underscore, are the commonest slips and cost nothing. */
    private static int distance(String one, String other) {
        return LevenshteinDistance.getDefaultInstance().apply(plain(one), plain(other));
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }
}
