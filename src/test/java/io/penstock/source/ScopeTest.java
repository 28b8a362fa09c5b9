/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Namespace;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ScopeTest {
    private static Scope pattern(String expression) {
        return new Scope(Set.of(), List.of(Pattern.compile(expression)));
    }

    private static boolean matches(Scope scope, String namespace) {
        return scope.matches(Namespace.parse(namespace));
    }

    @Test
    void trap5TheNamespaceIsComparedAsItIsSoThatTheServerCanPushItDown() {
        Scope scope = new Scope(Set.of(Namespace.parse("shop.orders")), List.of());
        assertThat(scope.match().toJson())
                .contains("\"ns\": {\"db\": \"shop\", \"coll\": \"orders\"}")
                .contains("\"to\": {\"db\": \"shop\", \"coll\": \"orders\"}")
                .contains("\"rename\"", "\"drop\"", "\"dropDatabase\"", "\"invalidate\"")
                .doesNotContain("$expr", "$concat");
        assertThat(pattern("geo\\..*").match().toJson())
                .contains("\"ns.db\": \"geo\"", "\"ns.coll\"", "^(?:.*)$")
                .doesNotContain("$expr");
    }

    @Test
    void aSingleDatabaseIsWatchedAloneAndSeveralAsAWhole() {
        assertThat(new Scope(Set.of(Namespace.parse("shop.orders"), Namespace.parse("shop.items")), List.of())
                        .database())
                .isEqualTo("shop");
        assertThat(new Scope(Set.of(Namespace.parse("shop.orders"), Namespace.parse("geo.items")), List.of())
                        .database())
                .isNull();
        assertThat(pattern("geo\\.c.*").database()).isEqualTo("geo");
        assertThat(pattern(".*\\.orders").database()).isNull();
    }

    @Test
    void aPatternThatCannotBePartedNarrowsNothingOnTheServer() {
        for (String expression :
                List.of("geo\\.a|b", "(geo|shop)\\..*", ".*\\.orders", "g.*\\.orders", "geo\\.(a|b)", "(?i)geo\\.x")) {
            assertThat(pattern(expression).match()).as(expression).isEmpty();
        }
    }

    @Test
    void aPatternMatchesAFullNameAsAWholeAndNeverTheServersOwnCollections() {
        Scope scope = pattern("shop\\..*");
        assertThat(matches(scope, "shop.a.b")).isTrue();
        assertThat(matches(scope, "workshop.a")).isFalse();
        assertThat(matches(scope, "shop.system.buckets.x")).isFalse();
        assertThat(matches(scope, "shop.tmp.agg_out.1234")).isFalse();
        assertThat(matches(scope, "shop.tmpabcde.convertToCapped.orders")).isFalse();
    }
}
