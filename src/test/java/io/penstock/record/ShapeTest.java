/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import static io.penstock.record.KeyTest.bson;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
    private static long shape(String json) {
        return Shape.fingerprint(bson(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{a: 1, b: 'x'} | {b: 'y', a: 2}",
                "{a: [1, 2, 3]} | {a: [4]}",
                "{a: [1, 'x', 2]} | {a: ['y', 3]}",
                "{a: {b: 1}} | {a: {b: 2}}"
            })
    void valuesOrderAndRepetitionDoNotCount(String one, String other) {
        assertThat(shape(one)).isEqualTo(shape(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{a: 1} | {a: 1.0}",
                "{a: {b: 1}} | {ab: 1}",
                "{a: {b: 1}} | {'a.b': 1}",
                "{a: [1]} | {a: {'0': 1}}",
                "{a: []} | {a: [1]}",
                "{} | {'': null}"
            })
    void pathsAndTypesCount(String one, String other) {
        assertThat(shape(one)).isNotEqualTo(shape(other));
    }

    @Test
    void aLongArrayOfLikeElementsIsOneShape() {
        String many = IntStream.range(0, 5000).mapToObj(i -> "{x: " + i + "}").collect(Collectors.joining(","));
        assertThat(shape("{a: [" + many + "]}")).isEqualTo(shape("{a: [{x: 1}]}"));
    }

    @Test
    void manyFieldsAreAllCounted() {
        String many = IntStream.range(0, 500).mapToObj(i -> "f" + i + ": 1").collect(Collectors.joining(","));
        assertThat(shape("{" + many + "}")).isNotEqualTo(shape("{" + many + ", last: 1}"));
    }
}
