/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.BsonCursor;
import io.penstock.sink.Changes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldPathTest {
    private static final byte[] DOCUMENT =
            Changes.bson("{_id: 1, a: {b: 2, '': 3, 'c.d': 4, e: null}, 'a.b': 5, l: [6, {m: 7}], 'x\\\\y': 8}");

    @ParameterizedTest
    @CsvSource({
        "_id, 1",
        "a.b, 2",
        "a., 3",
        "a.c\\.d, 4",
        "a\\.b, 5",
        "l.0, 6",
        "l.1.m, 7",
        "x\\y, 8",
        "a.x,",
        "_id.b,",
        "l.2,",
        "b,"
    })
    void findsWhatThePathNames(String path, Integer expected) {
        BsonCursor cursor = new BsonCursor();
        boolean found = FieldPath.parse(path).find(DOCUMENT, cursor);
        assertThat(found).isEqualTo(expected != null);
        if (found) {
            assertThat(cursor.intValue()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"a.b, 5", "x\\y, 8"})
    void aColumnsNameIsOneFieldsNameWhateverItHolds(String name, int expected) {
        BsonCursor cursor = new BsonCursor();
        assertThat(FieldPath.of(name).find(DOCUMENT, cursor)).isTrue();
        assertThat(cursor.intValue()).isEqualTo(expected);
    }
}
