/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import com.mongodb.MongoSocketReadException;
import com.mongodb.ServerAddress;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.junit.jupiter.api.Test;

class RetriesTest {
    private final MongoException election = new MongoException(189, "PrimarySteppedDown");
    private long now;

    private Retries retries(double random) {
        return new Retries(() -> now, () -> random);
    }

    @Test
    void pausesGrowToTenSecondsWithFullJitter() throws IOException {
        Retries longest = retries(1);
        Retries half = retries(0.5);
        long[] expected = {200, 400, 800, 1600, 3200, 6400, 10_000, 10_000};
        for (long millis : expected) {
            assertThat(longest.pauseAfter(election, "reading")).isEqualTo(Duration.ofMillis(millis));
            assertThat(half.pauseAfter(election, "reading")).isEqualTo(Duration.ofMillis(millis / 2));
        }
        longest.succeeded();
        assertThat(longest.pauseAfter(election, "reading")).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aServerThatIsAwayForTwentySecondsIsWaitedForAndOneAwayForGoodIsNot() throws IOException {
        Retries retries = retries(1);
        MongoException away = new MongoSocketReadException("gone", new ServerAddress());
        retries.pauseAfter(away, "reading");
        now = Duration.ofSeconds(20).toNanos();
        retries.pauseAfter(away, "reading");
        now = Duration.ofMinutes(6).toNanos();
        assertThatThrownBy(() -> retries.pauseAfter(away, "reading the change stream"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reading the change stream")
                .hasMessageContaining("360 s");
    }

    @Test
    void whatDoesNotPassFailsAtOnce() {
        assertThatThrownBy(() -> retries(1).pauseAfter(new MongoException(13, "not authorized"), "reading"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not authorized");
    }

    @Test
    void whoeverIsNotKnownOrNotAllowedIsToldWhatToDoAndFlinkDoesNotStartTheJobAgain() {
        for (int code : new int[] {13, 18}) {
            assertThatThrownBy(() -> retries(1).pauseAfter(new MongoException(code, "not authorized"), "reading"))
                    .hasMessageContaining("reading was refused: not authorized")
                    .hasMessageContaining("penstock plan")
                    .matches(failure ->
                            ThrowableClassifier.getThrowableType(failure) == ThrowableType.NonRecoverableError);
        }
    }
}
