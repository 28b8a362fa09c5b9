/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The laws for targets that keep every change they are given, in which the greatest (version, revision) of a key is its document: each
 * change is there as often as it was given, and those of a key are in the order in which they were given.
 *
 * <p>What a job gives to its sink twice (two jobs that go on from one savepoint do) such a target holds twice. It cannot know.
 */
abstract class JournalConformance extends SinkConformance {
    /** The places that the sink writes into, each of which has all changes. */
    protected abstract List<String> places();

    /** What a reader finds in a place; the changes of a key in their order. */
    protected abstract List<Arrival> arrivals(String place) throws Exception;

    /** Fails when something is there that a reader is not meant to see, and that nothing will ever make visible. */
    protected abstract void assertNothingIsHidden() throws Exception;

    /** Of the first place: while a job runs they need not be equally far. */
    @Override
    protected Map<String, Held> content() throws Exception {
        Map<String, Arrival> newest = new TreeMap<>();
        for (Arrival arrival : arrivals(places().get(0))) {
            newest.merge(arrival.key(), arrival, (one, other) -> Arrival.NEWER.compare(one, other) > 0 ? one : other);
        }
        Map<String, Held> content = new TreeMap<>();
        newest.forEach((key, arrival) -> {
            if (arrival.document() != null) {
                content.put(key, new Held(arrival.version(), arrival.revision(), arrival.document()));
            }
        });
        return content;
    }

    @Override
    protected void assertNothingLeftOver() throws Exception {
        List<Arrival> given = given().stream().map(Arrival::of).toList();
        for (String place : places()) {
            assertSame(place, arrivals(place), given);
        }
        assertNothingIsHidden();
    }

    /** Behind everything once come, once more, those changes that the savepoint did not hold. */
    @Override
    protected void assertWhatTheSavepointHeldIsThereOnce() throws Exception {
        List<Arrival> given = given().stream().map(Arrival::of).toList();
        for (String place : places()) {
            List<Arrival> found = arrivals(place);
            int again = found.size() - given.size();
            assertThat(again)
                    .as("changes in %s that the savepoint did not hold", place)
                    .isBetween(0, given.size() - 1);
            List<Arrival> twice = new ArrayList<>(given);
            twice.addAll(given.subList(given.size() - again, given.size()));
            assertSame(place, found, twice);
        }
        assertNothingIsHidden();
    }

    private static void assertSame(String place, List<Arrival> found, List<Arrival> expected) {
        Map<String, List<Arrival>> byKey = found.stream().collect(groupingBy(Arrival::key));
        expected.stream().collect(groupingBy(Arrival::key)).forEach((key, changes) -> assertThat(byKey.get(key))
                .as("the changes of %s in %s, in their order", key, place)
                .isEqualTo(changes));
        assertThat(found).as("the changes in %s", place).hasSameSizeAs(expected);
    }
}
