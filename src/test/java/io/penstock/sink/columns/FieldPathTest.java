/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldPathTest {
    @Test
    void names_have_dots_between_them_and_a_backslash_before_a_dot_of_their_own() {
        assertThat(FieldPath.parse("a").steps()).containsExactly("a");
        assertThat(FieldPath.parse("a.b.0").steps()).containsExactly("a", "b", "0");
        assertThat(FieldPath.parse("a\\.b.c\\\\").steps()).containsExactly("a.b", "c\\");
        assertThat(FieldPath.parse("a..b").steps()).containsExactly("a", "", "b");
        assertThat(FieldPath.parse("a.").steps()).containsExactly("a", "");
    }

    @Test
    void a_dot_alone_is_the_whole_document() {
        assertThat(FieldPath.parse(".")).isEqualTo(new FieldPath(List.of()));
    }

    @Test
    void a_name_is_taken_as_it_is() {
        assertThat(FieldPath.of("a.b\\").steps()).containsExactly("a.b\\");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\", "a\\b", "a.\\"})
    void a_backslash_stands_before_a_dot_or_another(String text) {
        assertThatThrownBy(() -> FieldPath.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("backslash");
    }
}
