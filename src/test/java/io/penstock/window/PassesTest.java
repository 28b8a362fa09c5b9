/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import static io.penstock.window.Passes.Kind.BASELINE;
import static io.penstock.window.Passes.Kind.FOLLOWED;
import static io.penstock.window.Passes.Kind.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Namespace;
import io.penstock.record.PassMark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rule, with windows of ten seconds; {@code at(23)} is a cluster time in second 23, and windows 0 to 6 are asked about. */
class PassesTest {
    private static final WindowLength LENGTH = new WindowLength(10_000);
    private static final Namespace NS = new Namespace("geo", "cities");

    private static long at(int second) {
        return (long) second << 32 | 1;
    }

    private static PassMark begun(int start) {
        return PassMark.begun(NS, 1, at(start));
    }

    private static PassMark read(int start, int time) {
        return PassMark.read(NS, 1, at(start), at(time));
    }

    private static PassMark ended(int time) {
        return PassMark.ended(NS, 1, at(time));
    }

    private static List<Passes.Kind> kinds(PassMark... marks) {
        Passes passes = Passes.NONE;
        for (PassMark mark : marks) {
            passes = passes.with(mark);
        }
        return kinds(passes);
    }

    private static List<Passes.Kind> kinds(Passes passes) {
        List<Passes.Kind> kinds = new ArrayList<>();
        for (int window = 0; window < 7; window++) {
            kinds.add(passes.at(window, LENGTH));
        }
        return kinds;
    }

    private static List<Passes.Kind> list(Passes.Kind... kinds) {
        return Arrays.asList(kinds);
    }

    @Test
    void theWindowOfTheGreatestReadTimeIsTheBaseline() {
        assertThat(kinds(begun(12), read(12, 12), read(12, 34), read(12, 21)))
                .isEqualTo(list(FOLLOWED, UNKNOWN, UNKNOWN, BASELINE, FOLLOWED, FOLLOWED, FOLLOWED));
    }

    @Test
    void aPassThatIsReadInItsOwnWindowLeavesNoGapAndCountsNoChanges() {
        assertThat(kinds(begun(12), read(12, 19)))
                .isEqualTo(list(FOLLOWED, BASELINE, FOLLOWED, FOLLOWED, FOLLOWED, FOLLOWED, FOLLOWED));
    }

    @Test
    void aTimeAtAWindowsVeryBeginningBelongsToIt() {
        assertThat(kinds(begun(12), read(12, 20)).subList(0, 4)).isEqualTo(list(FOLLOWED, UNKNOWN, BASELINE, FOLLOWED));
    }

    @Test
    void aCollectionThatEndsInTheMiddleOfItsPassIsKnownFromItsEndOn() {
        assertThat(kinds(begun(12), read(12, 13), ended(41)))
                .isEqualTo(list(FOLLOWED, UNKNOWN, UNKNOWN, UNKNOWN, BASELINE, FOLLOWED, FOLLOWED));
    }

    @Test
    void aPassThatNobodyReadIsUnknownUntilItsEnd() {
        assertThat(kinds(begun(12)).subList(1, 7)).containsOnly(UNKNOWN);
        assertThat(kinds(begun(12), ended(31)).get(3)).isEqualTo(BASELINE);
    }

    @Test
    void passesThatOverlapAreKnownWhenAllAre() {
        assertThat(kinds(begun(2), read(2, 35), ended(21), begun(21), read(21, 44)))
                .isEqualTo(list(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, BASELINE, FOLLOWED, FOLLOWED));
    }

    @Test
    void marksMayComeTwiceAndAReadBeforeTheBeginning() {
        assertThat(kinds(read(12, 34), begun(12), read(12, 34), begun(12))).isEqualTo(kinds(begun(12), read(12, 34)));
    }

    @Test
    void anEndThatComesBackWithANewPassDoesNotEndThatOne() {
        assertThat(kinds(ended(21), begun(21)).subList(2, 7)).containsOnly(UNKNOWN);
    }

    @Test
    void whatNoLaterWindowNeedsIsForgotten() {
        Passes passes = Passes.NONE.with(begun(12)).with(read(12, 34));
        assertThat(passes.after(2, LENGTH)).isEqualTo(passes);
        assertThat(passes.after(3, LENGTH)).isEqualTo(Passes.NONE);
        assertThat(Passes.NONE.with(begun(12)).after(6, LENGTH).passes()).hasSize(1);
    }

    @Test
    void inAGapNothingIsKnownUntilThePassBehindItIsRead() {
        Passes followed =
                Passes.NONE.lost(new Gap(at(12), at(34))).with(begun(34)).with(read(34, 41));
        assertThat(kinds(followed)).isEqualTo(list(FOLLOWED, UNKNOWN, UNKNOWN, UNKNOWN, BASELINE, FOLLOWED, FOLLOWED));
    }

    @Test
    void aPassThatWasUnderWayEndsWithTheGap() {
        Passes halfRead = Passes.NONE
                .with(begun(2))
                .with(read(2, 5))
                .lost(new Gap(at(12), at(34)))
                .with(begun(34))
                .with(read(34, 34));
        assertThat(kinds(halfRead)).isEqualTo(list(UNKNOWN, UNKNOWN, UNKNOWN, BASELINE, FOLLOWED, FOLLOWED, FOLLOWED));
        Passes unread = Passes.NONE
                .with(begun(2))
                .lost(new Gap(at(12), at(34)))
                .with(begun(34))
                .with(read(34, 34));
        assertThat(kinds(unread)).isEqualTo(list(UNKNOWN, UNKNOWN, UNKNOWN, BASELINE, FOLLOWED, FOLLOWED, FOLLOWED));
    }

    @Test
    void ofACollectionThatWentInTheGapItsEndIsTheBaseline() {
        Passes gone = Passes.NONE.lost(new Gap(at(12), at(34))).with(ended(34));
        assertThat(kinds(gone)).isEqualTo(list(FOLLOWED, UNKNOWN, UNKNOWN, BASELINE, FOLLOWED, FOLLOWED, FOLLOWED));
    }
}
