/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.devserver.ChangeEntry.Kind;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class ChangeLogTest {
    /** Each entry without images weighs 200 bytes. */
    private static final long FIVE_ENTRIES = 1000;

    @Test
    void seekingFindsTheFirstEntryAtOrAfterAPlace() {
        ChangeLog log = new ChangeLog(FIVE_ENTRIES);
        log.append(List.of(entry(10, 0), entry(20, 0), entry(20, 1), entry(30, 0)));
        assertThat(log.seek(5, 0)).isZero();
        assertThat(log.seek(10, 0)).isZero();
        assertThat(log.seek(10, 1)).isEqualTo(1);
        assertThat(log.seek(20, 1)).isEqualTo(2);
        assertThat(log.seek(20, 2)).isEqualTo(3);
        assertThat(log.seek(31, 0)).isEqualTo(4);
    }

    @Test
    void aLogThatNeverRanOverTakesAnyStart() {
        ChangeLog log = new ChangeLog(FIVE_ENTRIES);
        log.append(List.of(entry(10, 0)));
        assertThat(log.seek(1, 0)).isZero();
    }

    @Test
    void whatNoLongerFitsIsForgottenAndReadingThereIsAnError() {
        ChangeLog log = new ChangeLog(FIVE_ENTRIES);
        IntStream.rangeClosed(1, 20).forEach(time -> log.append(List.of(entry(time, 0))));
        assertThat(log.size()).isBetween(5, 6);
        assertThat(log.first().time()).isGreaterThan(14);
        assertThatThrownBy(() -> log.read(0, 10)).isInstanceOfSatisfying(ServerError.class, e -> assertThat(e.code())
                .isEqualTo(286));
        assertThatThrownBy(() -> log.seek(3, 0)).isInstanceOfSatisfying(ServerError.class, e -> assertThat(e.code())
                .isEqualTo(286));
        assertThat(log.read(log.seek(19, 0), 10)).extracting(ChangeEntry::time).containsExactly(19L, 20L);
    }

    @Test
    void aTransactionIsForgottenWholeOrNotAtAll() {
        ChangeLog log = new ChangeLog(FIVE_ENTRIES);
        log.append(List.of(entry(1, 0), entry(1, 1), entry(1, 2), entry(1, 3)));
        log.append(List.of(entry(2, 0), entry(3, 0), entry(4, 0)));
        assertThat(log.first().time()).isEqualTo(2);
    }

    private static ChangeEntry entry(long time, int op) {
        return new ChangeEntry(
                time, op, 0, Kind.DELETE, "d", "c", new UUID(0, 0), new BsonInt32(1), null, null, null, null);
    }
}
