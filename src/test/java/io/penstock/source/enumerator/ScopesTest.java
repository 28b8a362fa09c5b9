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
import io.penstock.source.server.CollectionInfo;
import io.penstock.spec.CollectionSelector;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What enters and what leaves when a job goes on with other collections. */
class ScopesTest {
    private static final long T = 1000L << 32;

    private static Scope scope(String... selectors) {
        return Scope.of(Stream.of(selectors).map(CollectionSelector::new).toList());
    }

    private static Scopes begun(String... selectors) {
        return new Scopes(scope(selectors), List.of());
    }

    private static List<CollectionInfo> there(String... names) {
        return Arrays.stream(names).map(name -> info(name, "collection")).toList();
    }

    private static CollectionInfo info(String name, String type) {
        return new CollectionInfo(Namespace.parse(name), type, null, false, null);
    }

    private static Set<Namespace> known(String... names) {
        return Arrays.stream(names).map(Namespace::parse).collect(Collectors.toSet());
    }

    private static ScopeChange last(Scopes scopes) {
        return scopes.changes().get(scopes.changes().size() - 1);
    }

    @Test
    void theSameScopeInAnotherOrderIsNoChange() {
        assertThat(begun("a.a", "a.b", "/c\\..*/", "/d\\..*/").differFrom(scope("/d\\..*/", "a.b", "/c\\..*/", "a.a")))
                .isFalse();
        assertThat(begun("a.a").differFrom(scope("a.b"))).isTrue();
        assertThat(begun("/a\\..*/").differFrom(scope("/b\\..*/"))).isTrue();
    }

    @Test
    void aCollectionThatEntersIsReadAndOneThatIsNotThereYetNeedsNothing() {
        Scopes changed = begun("a.a").change(scope("a.a", "a.b", "a.c"), T, there("a.a", "a.b"), known("a.a"), true);
        assertThat(last(changed).time()).isEqualTo(T);
        assertThat(last(changed).before()).isEqualTo(scope("a.a"));
        assertThat(last(changed).entered()).containsExactly(new Entered("a.b", true, false));
        assertThat(last(changed).left()).isEmpty();
        assertThat(changed.scope()).isEqualTo(scope("a.a", "a.b", "a.c"));
    }

    @Test
    void aWiderPatternBringsInWhatTheNarrowOneHadNot() {
        Scopes changed = begun("/a\\.x.*/").change(scope("/a\\..*/"), T, there("a.x1", "a.y", "a.z"), known(), true);
        assertThat(last(changed).entered())
                .containsExactly(new Entered("a.y", true, false), new Entered("a.z", true, false));
    }

    @Test
    void aNameThatAPatternHadIsNoNews() {
        Scopes changed = begun("/a\\..*/").change(scope("a.x"), T, there("a.x", "a.y"), known("a.x"), true);
        assertThat(last(changed).entered()).isEmpty();
        assertThat(last(changed).left()).containsExactly("a.y");
    }

    @Test
    void whatLeavesIsRememberedAlsoWhenItIsNotThereAnyMore() {
        Scopes changed = begun("a.a", "a.b").change(scope("a.a"), T, there("a.a"), known("a.a", "a.b"), true);
        assertThat(last(changed).left()).containsExactly("a.b");
    }

    @Test
    void whatComesBackIsSweptAndReadAgain() {
        Scopes without = begun("a.a", "a.b").change(scope("a.a"), T, there("a.a", "a.b"), known("a.a", "a.b"), true);
        Scopes back = without.change(scope("a.a", "a.b"), T + 1, there("a.a", "a.b"), known("a.a"), true);
        assertThat(last(back).entered()).containsExactly(new Entered("a.b", true, true));
    }

    @Test
    void whatComesBackAndIsGoneMeanwhileIsSweptOnly() {
        Scopes without = begun("a.a", "/b\\..*/").change(scope("a.a"), T, there("a.a", "b.c"), known("a.a"), true);
        Scopes back = without.change(scope("a.a", "/b\\..*/"), T + 1, there("a.a"), known("a.a"), true);
        assertThat(last(back).entered()).containsExactly(new Entered("b.c", false, true));
    }

    @Test
    void aJobWithoutASnapshotReadsNothingAndSweepsWhatComesBack() {
        Scopes added = begun("a.a").change(scope("a.a", "a.b"), T, there("a.a", "a.b"), known(), false);
        assertThat(last(added).entered()).containsExactly(new Entered("a.b", false, false));
        Scopes back = added.change(scope("a.a"), T + 1, there("a.a", "a.b"), known(), false)
                .change(scope("a.a", "a.b"), T + 2, there("a.a", "a.b"), known(), false);
        assertThat(last(back).entered()).containsExactly(new Entered("a.b", false, true));
    }

    @Test
    void whatCannotBeExportedIsRefusedByNameAndPassedOverUnderAPattern() {
        List<CollectionInfo> views = List.of(info("a.view", "view"));
        assertThatThrownBy(() -> begun("a.a").change(scope("a.a", "a.view"), T, views, known(), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a.view is a view");
        assertThat(last(begun("a.a").change(scope("/a\\..*/"), T, views, known(), true))
                        .entered())
                .isEmpty();
    }

    @Test
    void aNameThatComesBackIsSweptThoughItsCollectionWasNeverSeen() {
        Scopes without = begun("a.a", "a.b").change(scope("a.a"), T, there("a.a"), known("a.a"), true);
        Scopes back = without.change(scope("a.a", "a.b"), T + 1, there("a.a"), known("a.a"), true);
        assertThat(last(back).entered()).containsExactly(new Entered("a.b", false, true));
    }
}
