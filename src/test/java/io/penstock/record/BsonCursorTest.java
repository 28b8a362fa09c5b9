/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bson.BsonDocument;
import org.bson.BsonSerializationException;
import org.junit.jupiter.api.Test;

class BsonCursorTest {
    @Property
    void seesTheElementsThatTheDriverSees(@ForAll("documents") BsonDocument document) {
        byte[] bytes = KeyTest.raw(document);
        BsonCursor cursor = BsonCursor.over(bytes);
        List<String> seen = new ArrayList<>();
        int at = 4;
        while (cursor.next()) {
            assertThat(cursor.elementOffset()).isEqualTo(at);
            at += cursor.elementLength();
            assertThat(cursor.type())
                    .isEqualTo((byte) document.get(cursor.name()).getBsonType().getValue());
            seen.add(cursor.name());
        }
        assertThat(at).isEqualTo(bytes.length - 1);
        assertThat(seen).containsExactlyElementsOf(document.keySet());
    }

    @Test
    void aDocumentCutShortIsRefused() {
        byte[] bytes = KeyTest.bson("{a: 'xyz'}");
        bytes[0]++;
        assertThatThrownBy(() -> BsonCursor.over(bytes)).isInstanceOf(BsonSerializationException.class);
    }

    @Test
    void anElementThatRunsBeyondItsDocumentIsRefused() {
        byte[] bytes = KeyTest.bson("{a: 'xyz'}");
        bytes[7] = 100;
        BsonCursor cursor = BsonCursor.over(bytes);
        assertThatThrownBy(cursor::next)
                .isInstanceOf(BsonSerializationException.class)
                .hasMessageContaining("'a'");
    }

    @Provide
    Arbitrary<BsonDocument> documents() {
        return BsonValues.documents(2);
    }
}
