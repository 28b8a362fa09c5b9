/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.DeadLetter;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.store.LetterEntry;
import io.penstock.store.LetterState;
import org.junit.jupiter.api.Test;

/** What was written stays readable. */
class LetterTextTest {
    private static final String FORMAT_1 =
            """
            {"format":1,"job":"orders","id":"1a4adb77327a7ce7987a27ab23f19f45","sink":"base","ns":"geo.cities","key":"{\\"_id\\": \\"ä\\"}","op":"c",\
            "version":"692C059E00000001","revision":0,"ts":"2025-11-30T08:51:42Z","reason":"TOO_LARGE","code":null,"message":"too \\"large\\"",\
            "attempts":2,"state":"REQUESTED","epoch":1,"window":29408211,"shape":"c120a3141c95350c","exportVersion":"5f1d2c3b4a596877","rowHash":"e6d6cb19015de5bf2c58775d74580d43f3949ce963e9ca93005a4bd7d3c3c14b",\
            "documentBytes":17,"refused":"2026-11-30T15:28:03.200Z","changed":"2026-11-30T15:29:00Z","pieces":3}""";

    private static LetterEntry entry() {
        DeadLetter letter = new DeadLetter(
                "base",
                Changes.insert(
                        Changes.CITIES,
                        "{_id: 'ä'}",
                        Version.event(Changes.clusterTime(0x692C059EL, 1)),
                        Changes.bson("{_id: 'ä'}")),
                Reason.TOO_LARGE,
                null,
                "too \"large\"",
                2);
        return LetterEntry.of(letter, "2026-11-30T15:28:03.200Z").in(LetterState.REQUESTED, "2026-11-30T15:29:00Z");
    }

    private static byte[] golden() {
        return FORMAT_1.getBytes(UTF_8);
    }

    @Test
    void aTextOfFormat1IsWrittenAndRead() throws Exception {
        assertThat(new String(LetterText.write("orders", entry(), 3), UTF_8)).isEqualTo(FORMAT_1);
        assertThat(LetterText.read(golden(), "x")).isEqualTo(entry());
        assertThat(LetterText.pieces(golden())).isEqualTo(3);
    }

    @Test
    void fieldsOfALaterReleaseArePassedOver() throws Exception {
        byte[] later = FORMAT_1.replace("\"op\"", "\"more\":{},\"op\"").getBytes(UTF_8);
        assertThat(LetterText.read(later, "x")).isEqualTo(entry());
    }
}
