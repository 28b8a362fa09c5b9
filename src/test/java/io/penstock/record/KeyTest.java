/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bson.BsonDocument;
import org.bson.BsonSymbol;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTest {
    static byte[] bson(String json) {
        return raw(BsonDocument.parse(json));
    }

    static byte[] raw(BsonDocument document) {
        RawBsonDocument raw = new RawBsonDocument(document, new BsonDocumentCodec());
        byte[] bytes = new byte[raw.getByteBuffer().remaining()];
        raw.getByteBuffer().get(bytes);
        return bytes;
    }

    private static Key key(String id) {
        return Key.of(bson("{_id: " + id + "}"));
    }

    /** Were it compared, or worse only its first field, a change during the snapshot would not meet its row. */
    @Test
    void trap2AShardKeyOfSeveralFieldsIsNoPartOfTheKey() {
        Key row = Key.of(bson("{region: 'eu', shop: 1, _id: 7, name: 'x'}"));
        assertThat(Key.of(bson("{region: 'eu', shop: 1, _id: 7}"))).isEqualTo(row);
        assertThat(Key.of(bson("{region: 'eu', shop: 2, _id: 7}"))).isEqualTo(row);
        assertThat(Key.of(bson("{_id: 7}"))).isEqualTo(row);
        assertThat(Key.of(bson("{region: 'eu', shop: 1, _id: 8}"))).isNotEqualTo(row);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | 1.0",
                "1 | {$numberLong: '1'}",
                "1 | {$numberDecimal: '1.00'}",
                "0 | -0.0",
                "0 | {$numberDecimal: '-0E+20'}",
                "{$numberDouble: 'NaN'} | {$numberDecimal: 'NaN'}",
                "{$numberDouble: '-Infinity'} | {$numberDecimal: '-Infinity'}",
                "0.5 | {$numberDecimal: '0.500'}",
                "{$numberDecimal: '1E+30'} | {$numberDecimal: '1000000000000000000000000000000'}",
                "{a: 1, b: [2.0]} | {a: 1.0, b: [{$numberLong: '2'}]}",
                "'x' | {$symbol: 'x'}"
            })
    void valuesThatTheUniqueIndexHoldsForOneAreOneKey(String one, String other) {
        assertThat(key(one)).isEqualTo(key(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | '1'",
                "0.1 | {$numberDecimal: '0.1'}",
                "{$numberLong: '9223372036854775807'} | {$numberDouble: '9223372036854775808'}",
                "{a: 1, b: 2} | {b: 2, a: 1}",
                "null | {$undefined: true}",
                "true | 1"
            })
    void differentValuesAreDifferentKeys(String one, String other) {
        assertThat(key(one)).isNotEqualTo(key(other));
    }

    @Test
    void theIdIsFoundWhereverItStands() {
        assertThat(Key.of(bson("{a: {_id: 2}, _id: 1}"))).isEqualTo(key("1"));
    }

    @Test
    void aDocumentWithoutIdIsRefused() {
        assertThatThrownBy(() -> Key.of(bson("{a: 1}"))).hasMessageContaining("without _id");
    }

    @Test
    void canonicalBytesAndCellArePinned() {
        Key one = key("1");
        assertThat(HexFormat.of().formatHex(one.bytes())).isEqualTo("12000000125f6964000100000000000000" + "00");
        assertThat(one.cell()).isEqualTo(GOLDEN_CELL_OF_ONE);
        assertThat(one.bucket()).isEqualTo(GOLDEN_CELL_OF_ONE >>> 6);
    }

    private static final int GOLDEN_CELL_OF_ONE = 46529;

    @Property(tries = 3000)
    void equalInTheServersOrderIsEqualAsKey(@ForAll("ids") BsonValue one, @ForAll("ids") BsonValue other) {
        Key left = Key.of(raw(new BsonDocument("_id", one)));
        Key right = Key.of(raw(new BsonDocument("_id", other)));
        assertThat(left.equals(right)).isEqualTo(BsonOrder.ASCENDING.compare(one, other) == 0);
    }

    @Property
    void canonicalIsStable(@ForAll("ids") BsonValue id) {
        Key once = Key.of(raw(new BsonDocument("_id", id)));
        Key twice = Key.of(once.bytes());
        assertThat(twice).isEqualTo(once);
        assertThat(twice.cell()).isEqualTo(once.cell()).isBetween(0, Key.CELLS - 1);
    }

    @Provide
    Arbitrary<BsonValue> ids() {
        return BsonValues.values(1).filter(value -> !value.isJavaScriptWithScope() && !(value instanceof BsonSymbol));
    }
}
