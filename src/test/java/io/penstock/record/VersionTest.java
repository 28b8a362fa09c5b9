/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {
    private static final long T = 0x68000000_00000005L;

    @Test
    void textsArePinned() {
        assertThat(Version.event(T).text()).isEqualTo("6800000000000005");
        assertThat(Version.row(T).text()).isEqualTo("6800000000000005~");
        assertThat(Version.inTransaction(T, new byte[] {0x2B, 0x02}).text()).isEqualTo("6800000000000005.2B02");
    }

    @Test
    void aRowSortsAfterEveryEventOfItsTime() {
        assertThat(Version.row(T))
                .isGreaterThan(Version.event(T))
                .isGreaterThan(Version.inTransaction(T, new byte[] {-1, -1}))
                .isLessThan(Version.event(T + 1));
    }

    @Test
    void eventsOfOneTransactionShareTheirTimeAndAreToldApart() {
        assertThat(Version.inTransaction(T, new byte[] {0x29}))
                .isLessThan(Version.inTransaction(T, new byte[] {0x2B, 0x02}));
    }

    @Test
    void theTimestampIsInMillisecondsOfWholeSeconds() {
        assertThat(Version.event(T).timestamp()).isEqualTo(0x68000000L * 1000);
        assertThat(Version.timestamp(0xF0000000_00000000L)).isEqualTo(0xF0000000L * 1000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "68", "680000000000000g", "6800000000000005x", "6800000000000005.2", "6800000000000005~~"})
    void whatIsNoVersionIsRefused(String text) {
        assertThatThrownBy(() -> Version.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Property
    void theOrderOfTextsByBytesIsTheOrderOfVersions(
            @ForAll("versions") Version one, @ForAll("versions") Version other) {
        int byText = Arrays.compareUnsigned(
                one.text().getBytes(StandardCharsets.US_ASCII), other.text().getBytes(StandardCharsets.US_ASCII));
        assertThat(Integer.signum(byText)).isEqualTo(Integer.signum(one.compareTo(other)));
        assertThat(Version.parse(one.text())).isEqualTo(one).hasSameHashCodeAs(one);
    }

    @Provide
    static Arbitrary<Version> versions() {
        Arbitrary<Long> times = Arbitraries.oneOf(Arbitraries.of(0L, T, T + 1, -1L), Arbitraries.longs());
        Arbitrary<byte[]> orders =
                Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(4);
        return Combinators.combine(times, orders, Arbitraries.of(0, 1, 2)).as((time, order, kind) -> switch (kind) {
            case 0 -> Version.event(time);
            case 1 -> Version.inTransaction(time, order);
            default -> Version.row(time);
        });
    }
}
