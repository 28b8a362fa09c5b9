/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.drill.SealedHistory.Compared;
import io.penstock.drill.SealedHistory.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The comparison of what several exports sealed sees what it is there for. */
class SealedHistoryTest {
    private static Window manifest(long window, String kind, String content) {
        return new Window("shop.orders", window, kind.equals("baseline"), content, kind + " " + content);
    }

    private static SealedHistory history(Window... manifests) {
        return SealedHistory.of(List.of(manifests));
    }

    private static Compared compare(SealedHistory one, SealedHistory other) {
        return one.with(other, SealedHistory.latestBaselines(List.of(one, other)), 100);
    }

    @Test
    void fromTheLatestBaselineOnWindowsAreComparedAndAtItTheDigests() {
        SealedHistory early = history(
                manifest(3, "baseline", "x"),
                manifest(4, "window", "y"),
                manifest(5, "window", "a"),
                manifest(6, "window", "b"));
        SealedHistory late = history(manifest(5, "baseline", "a"), manifest(6, "window", "b"));
        assertThat(compare(early, late)).isEqualTo(new Compared(2, List.of()));
        SealedHistory other = history(manifest(5, "baseline", "z"), manifest(6, "window", "b"));
        assertThat(compare(early, other).differing()).containsExactly("shop.orders 5");
    }

    @Test
    void aWindowThatDiffersOrThatOneHasNotSealedIsNamed() {
        SealedHistory one =
                history(manifest(5, "baseline", "a"), manifest(6, "window", "b"), manifest(7, "window", "c"));
        SealedHistory differs =
                history(manifest(5, "baseline", "a"), manifest(6, "window", "?"), manifest(7, "window", "c"));
        SealedHistory lacks = history(manifest(5, "baseline", "a"), manifest(7, "window", "c"));
        assertThat(compare(one, differs)).isEqualTo(new Compared(3, List.of("shop.orders 6")));
        assertThat(compare(lacks, one)).isEqualTo(new Compared(3, List.of("shop.orders 6")));
    }

    @Test
    void whatLiesBehindTheLastWindowIsNotCompared() {
        SealedHistory one = history(manifest(5, "baseline", "a"), manifest(101, "window", "b"));
        assertThat(compare(one, history(manifest(5, "baseline", "a")))).isEqualTo(new Compared(1, List.of()));
    }

    @Test
    void aWindowThatIsSealedTwiceIsRefused() {
        assertThatThrownBy(() -> history(manifest(5, "window", "a"), manifest(5, "window", "a")))
                .hasMessageContaining("sealed twice");
    }
}
