/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.BsonCursor;
import io.penstock.sink.Bytes;
import io.penstock.sink.Changes;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldFinderTest {
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
        assertThat(find(DOCUMENT, FieldPath.parseLiteral(path))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"a.b, 5", "x\\y, 8"})
    void aColumnsNameIsOneFieldsNameWhateverItHolds(String name, int expected) {
        assertThat(find(DOCUMENT, FieldPath.of(name))).isEqualTo(expected);
    }

    /** The server stores such documents; its own paths are ambiguous there. */
    @Test
    void ofFieldsWithOneNameTheFirstCounts() {
        byte[] document = bson(
                field("a", new BsonInt32(1)),
                field("a", BsonDocument.parse("{b: 2}")),
                field("d", BsonDocument.parse("{c: 3}")),
                field("d", BsonDocument.parse("{b: 4}")),
                field("a", new BsonInt32(5)));
        assertThat(find(document, FieldPath.parse("a"))).isEqualTo(1);
        assertThat(find(document, FieldPath.parse("a.b"))).isNull();
        assertThat(find(document, FieldPath.parse("d.c"))).isEqualTo(3);
        assertThat(find(document, FieldPath.parse("d.b"))).isNull();
    }

    private static byte[] field(String name, BsonValue value) {
        return Changes.bson(new BsonDocument(name, value));
    }

    /** One document of the fields of several. */
    private static byte[] bson(byte[]... documents) {
        Bytes all = new Bytes().int32(0);
        for (byte[] each : documents) {
            all.put(each, 4, each.length - 5);
        }
        all.put(0);
        return all.setInt32(0, all.length()).toByteArray();
    }

    private static Integer find(byte[] document, FieldPath path) {
        FieldFinder finder = new FieldFinder(List.of(FieldPath.of("other"), path));
        finder.find(document);
        return finder.type(1) == FieldFinder.MISSING ? null : BsonCursor.readInt(document, finder.offset(1));
    }
}
