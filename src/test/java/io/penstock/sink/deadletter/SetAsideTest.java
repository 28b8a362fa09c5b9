/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Replay;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.record.LetterEvent;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class SetAsideTest {
    private static final Namespace CITIES = new Namespace("geo", "cities");

    private final MemoryLetters letters = new MemoryLetters();

    private SetAside setAside(long maxCount, double maxRate) {
        return new SetAside(
                "orders", new DeadLetterPolicy(() -> letters, maxCount, maxRate), new UnregisteredMetricsGroup());
    }

    static ChangeRecord change(int n) {
        return Changes.of(
                ChangeRecord.Op.CREATE,
                CITIES,
                Changes.bson("{_id: " + n + "}"),
                Version.event(Changes.clusterTime(1_760_000_000L, n + 1)),
                Changes.bson("{_id: " + n + "}"));
    }

    private static List<LetterEvent> refused(int from, int to) {
        List<LetterEvent> events = new ArrayList<>();
        for (int n = from; n < to; n++) {
            events.add(new Refusal(change(n), Reason.INVALID, "121", "does not fit the validator").by("orders"));
        }
        return events;
    }

    @Test
    void whatIsRefusedIsThereOnceHoweverOftenItIsSaid() throws Exception {
        SetAside setAside = setAside(10, 1);
        setAside.settle(1000, refused(0, 2));
        setAside.settle(1000, refused(0, 2));
        assertThat(letters.open("orders")).isEqualTo(2);
    }

    @Test
    void aCommitThatIsTriedAgainBehindItsLettersCountsThemOnce() throws Exception {
        SetAside setAside = setAside(6, 0.006);
        setAside.settle(500, refused(0, 5));
        setAside.settle(500, refused(0, 5));
        setAside.settle(500, refused(0, 5));
        assertThat(letters.open("orders")).isEqualTo(5);
        assertThatThrownBy(() -> setAside.settle(400, refused(5, 7))).isInstanceOf(TooManyDeadLettersException.class);
    }

    @Test
    void moreThanMayBeOpenStopTheJobAndNoneOfThemIsSetAside() throws Exception {
        SetAside setAside = setAside(3, 1);
        setAside.settle(1000, refused(0, 2));
        assertThatThrownBy(() -> setAside.settle(1000, refused(2, 4)))
                .isInstanceOf(TooManyDeadLettersException.class)
                .hasMessageContaining("Sink orders: 2 dead letters are open, and 2 more are refused")
                .hasMessageContaining("max-count allows 3")
                .hasMessageContaining("geo.cities")
                .hasMessageContaining("does not fit the validator (121)");
        assertThat(letters.open("orders")).isEqualTo(2);
    }

    @Test
    void aCommitThatIsRepeatedAtTheLimitAfterARestartStopsNobody() throws Exception {
        setAside(2, 1).settle(1000, refused(0, 2));
        setAside(2, 1).settle(1000, refused(0, 2));
        assertThat(letters.open("orders")).isEqualTo(2);
        assertThatThrownBy(() -> setAside(2, 1).settle(1000, refused(0, 3)))
                .isInstanceOf(TooManyDeadLettersException.class)
                .hasMessageContaining("2 dead letters are open, and 1 more are refused");
    }

    @Test
    void ofFewChangesNoRateIsTakenAndOfAThousandItIs() throws Exception {
        SetAside setAside = setAside(1000, 0.01);
        setAside.settle(3, refused(0, 3));
        setAside.settle(500, refused(3, 10));
        assertThatThrownBy(() -> setAside.settle(400, refused(10, 11)))
                .isInstanceOf(TooManyDeadLettersException.class)
                .hasMessageContaining("11 of the last 903 changes");
        assertThat(letters.open("orders")).isEqualTo(10);
    }

    @Test
    void whatWasLongAgoIsNotCounted() throws Exception {
        SetAside setAside = setAside(1000, 0.01);
        for (int n = 0; n < 100; n += 10) {
            setAside.settle(1000, refused(n, n + 10));
        }
        assertThat(letters.open("orders")).isEqualTo(100);
    }

    @Test
    void aReplayThatIsRefusedAgainIsTheSameLetterWithOneMoreAttemptAndCountsForNoLimit() throws Exception {
        SetAside setAside = setAside(1, 0.001);
        setAside.settle(1, refused(0, 1));
        String id = refused(0, 1).get(0).id();
        ChangeRecord replayed = change(0).with(new Replay("orders", id, 1, false));
        setAside.settle(1, List.of(new Refusal(replayed, Reason.INVALID, "121", "still").by("orders")));
        assertThat(letters.letters.keySet()).containsExactly(id);
        assertThat(letters.letters.get(id).attempts()).isEqualTo(2);
        assertThat(letters.letters.get(id).change().replay()).isNull();
        setAside.settle(1, List.of(new LetterEvent.Replayed(id)));
        assertThat(letters.open("orders")).isZero();
    }

    @Test
    void withoutAPlaceForThemARefusedChangeIsNamed() {
        SetAside setAside = new SetAside("orders", DeadLetterPolicy.NONE, new UnregisteredMetricsGroup());
        assertThatThrownBy(() -> setAside.settle(1, refused(0, 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sink orders cannot take geo.cities");
    }
}
