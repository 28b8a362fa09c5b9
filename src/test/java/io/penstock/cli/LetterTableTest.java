/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.DeadLetter.Reason;
import io.penstock.store.LetterEntry;
import io.penstock.store.LetterState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How dead letters look to a person. */
class LetterTableTest {
    static LetterEntry letter(String id, String key, String code, int attempts, LetterState state) {
        return new LetterEntry(
                id + "0".repeat(32 - id.length()),
                "base",
                "shop.orders",
                key,
                "u",
                "68E7A1C700000001",
                0,
                "2025-10-09T11:51:35Z",
                Reason.TOO_LARGE,
                code,
                "too large",
                attempts,
                state,
                1,
                7,
                "00",
                "5f",
                "aa",
                100,
                "2025-10-09T11:51:36Z",
                "2025-10-09T11:51:36Z");
    }

    @Test
    void eachLetterIsALineAndTheTotalsFollow() {
        assertThat(LetterTable.of(List.of(
                        letter("3fa9", "{\"_id\": 1}", "54000", 1, LetterState.OPEN),
                        letter("77b0", "{\"_id\": \"a long one\"}", null, 12, LetterState.SUPERSEDED))))
                .containsExactly(
                        "id            time                  sink  collection   key                    reason     code   attempts  state",
                        "3fa900000000  2025-10-09T11:51:35Z  base  shop.orders  {\"_id\": 1}             too-large  54000  1         open",
                        "77b000000000  2025-10-09T11:51:35Z  base  shop.orders  {\"_id\": \"a long one\"}  too-large  -      12        superseded",
                        "2 letters: 1 open, 1 superseded");
    }

    @Test
    void whatComesFromADatabaseStaysOnItsLineAndIsCut() {
        String line = LetterTable.of(List.of(
                        letter("3fa9", "{\"_id\": \"\u001b[2J\n" + "x".repeat(100) + "\"}", "1", 1, LetterState.OPEN)))
                .get(1);
        assertThat(line)
                .contains("{\"_id\": \" [2J xxx")
                .contains("x…  too-large")
                .hasSizeLessThan(160);
    }

    @Test
    void noLettersAreSaidToBeNone() {
        assertThat(LetterTable.of(List.of())).containsExactly("no dead letters");
        assertThat(LetterTable.totals(List.of(letter("1", "k", "c", 1, LetterState.OPEN))))
                .isEqualTo(Map.of(LetterState.OPEN, 1L));
    }
}
