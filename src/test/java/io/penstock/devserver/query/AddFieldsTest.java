/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class AddFieldsTest {
    private static BsonDocument set(String fields, String document) {
        BsonDocument before = BsonDocument.parse(document);
        BsonDocument copy = before.clone();
        BsonDocument after = Pipeline.of(List.of(new BsonDocument("$set", BsonDocument.parse(fields))))
                .run(Stream.of(before))
                .findFirst()
                .orElseThrow();
        assertThat(before).as("what came in is not changed").isEqualTo(copy);
        return after;
    }

    private static BsonDocument doc(String json) {
        return BsonDocument.parse(json);
    }

    @Test
    void aDotLeadsIntoDocuments() {
        assertThat(set("{'a.b': 2, 'n.x.y': 1}", "{_id: 1, a: {b: 1, c: 1}}"))
                .isEqualTo(doc("{_id: 1, a: {b: 2, c: 1}, n: {x: {y: 1}}}"));
    }

    @Test
    void aDotLeadsIntoEachElementOfAnArray() {
        assertThat(set("{'l.v': 0}", "{l: [{v: 1}, {w: 1}, 7]}")).isEqualTo(doc("{l: [{v: 0}, {w: 1, v: 0}, {v: 0}]}"));
    }

    @Test
    void fieldsOfADocumentAreAddedToTheOneThatIsThere() {
        assertThat(set("{a: {b: {$add: ['$a.b', 1]}}}", "{a: {b: 1, c: 1}}")).isEqualTo(doc("{a: {b: 2, c: 1}}"));
    }

    @Test
    void aComputedDocumentReplacesTheOneThatIsThere() {
        assertThat(set("{a: '$b'}", "{a: {x: 1}, b: {y: 1}}")).isEqualTo(doc("{a: {y: 1}, b: {y: 1}}"));
    }

    @Test
    void everyExpressionSeesTheDocumentAsItCameIn() {
        assertThat(set("{a: '$b', b: '$a'}", "{a: 1, b: 2}")).isEqualTo(doc("{a: 2, b: 1}"));
    }

    @Test
    void aFieldWhoseValueIsMissingGoesAway() {
        assertThat(set("{a: '$none', 'n.x': '$none'}", "{a: 1, b: 2}")).isEqualTo(doc("{b: 2}"));
    }

    @Test
    void aNameWithADotIsSetByItsOwnOperator() {
        assertThat(set("{a: {$setField: {field: 'b.c', input: '$a', value: '$v'}}}", "{v: 5, a: {b: 1}}"))
                .isEqualTo(doc("{v: 5, a: {b: 1, 'b.c': 5}}"));
    }
}
