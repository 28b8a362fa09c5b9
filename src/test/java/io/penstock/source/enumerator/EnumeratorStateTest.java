/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.Namespace;
import io.penstock.source.Scope;
import io.penstock.source.ScopeChange;
import io.penstock.source.ScopeChange.Entered;
import io.penstock.source.SnapshotSplit;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The enumerator's state is read by every later version. */
class EnumeratorStateTest {
    private static final long T0 = 1000L << 32;
    private static final Namespace ORDERS = Namespace.parse("shop.orders");
    private static final UUID IDENTITY = new UUID(0, 1);

    private static EnumeratorState state(Scope scope, List<ScopeChange> changes, long waitAt) {
        byte[] first = {0, 0, 1};
        byte[] second = {0, 0, 2};
        return new EnumeratorState(
                true,
                null,
                T0 + 9,
                Map.of(T0, T0 + 1),
                List.of(new SnapshotRange(ORDERS, IDENTITY, 1, T0, T0, second, 10)),
                List.of(new SnapshotSplit(
                        "snapshot-1", ORDERS, IDENTITY, 1, T0, true, first, second, null, T0, 0, 0, 10, false)),
                Map.of("snapshot-0", T0),
                2,
                Map.of(ORDERS, T0 + 2),
                Map.of(ORDERS, new EnumeratorState.Progress(30, 10)),
                scope,
                changes,
                waitAt);
    }

    private static EnumeratorState withScope(long waitAt) {
        Scope before = new Scope(Set.of(), List.of(Pattern.compile("shop\\.x.*")));
        return state(
                new Scope(Set.of(ORDERS), List.of()),
                List.of(new ScopeChange(
                        before, T0 + 3, List.of(new Entered("shop.orders", true, false)), List.of("shop.x"))),
                waitAt);
    }

    private static String hex(EnumeratorState state) throws IOException {
        return HexFormat.of().formatHex(EnumeratorStateSerializer.INSTANCE.serialize(state));
    }

    private static EnumeratorState read(int version, String hex) throws IOException {
        return EnumeratorStateSerializer.INSTANCE.deserialize(
                version, HexFormat.of().parseHex(hex));
    }

    @Test
    void whatTheFirstVersionWroteIsStillReadAndHasNoScope() throws IOException {
        EnumeratorState read = read(1, GoldenState.V1);
        assertThat(read.scope()).isNull();
        assertThat(hex(read)).isEqualTo(hex(state(null, List.of(), 0)));
    }

    @Test
    void whatThisVersionWritesStaysAsItIs() throws IOException {
        assertThat(hex(withScope(T0 + 60))).isEqualTo(GoldenState.V3_WITH_SPLITS_V5);
        for (String earlier : List.of(GoldenState.V3, GoldenState.V3_WITH_SPLITS_V4)) {
            EnumeratorState read = read(3, earlier);
            assertThat(hex(read)).isEqualTo(GoldenState.V3_WITH_SPLITS_V5);
            assertThat(read.waitAt()).isEqualTo(T0 + 60);
        }
    }

    @Test
    void whatTheSecondVersionWroteIsStillReadAndWaitsNowhere() throws IOException {
        EnumeratorState read = read(2, GoldenState.V2);
        assertThat(hex(read)).isEqualTo(hex(withScope(0)));
        assertThat(read.scope()).isEqualTo(withScope(0).scope());
        assertThat(read.scopeChanges()).isEqualTo(withScope(0).scopeChanges());
    }

    @Test
    void aLaterVersionIsRefusedByName() {
        assertThatThrownBy(() -> read(4, "00")).isInstanceOf(IOException.class).hasMessageContaining("newer Penstock");
    }
}
