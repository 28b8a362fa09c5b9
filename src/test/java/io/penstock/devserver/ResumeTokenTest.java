/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.devserver.ChangeEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTokenTest {
    private static final UUID COLLECTION = new UUID(1, 2);

    @Test
    void aTokenIsTheServersSortableHex() {
        String token = data(ResumeToken.of(entry(0x65000000_00000003L, 2, new BsonInt32(7)), false));
        assertThat(token)
                .isEqualTo("8265000000000000032B022C01002B046E5A1004" + "00000000000000010000000000000002" + "46"
                        + "0E000000105F6964000700000000" + "00" + "04");
    }

    @Test
    void theFirstOperationOfATransactionHasTheNumberZero() {
        assertThat(data(ResumeToken.of(entry(1, 0, new BsonInt32(7)), false))).contains("2B022C0100296E5A1004");
    }

    @Test
    void aPlaceBetweenEventsIsTheHighWaterMark() {
        assertThat(data(ResumeToken.between(0x65000000_00000000L))).isEqualTo("8265000000000000002B0229296E04");
    }

    @Test
    void anInvalidateIsMarkedWhereEventsAreNot() {
        assertThat(data(ResumeToken.of(entry(1, 0, null), true))).contains("296F5A1004");
    }

    @Test
    void textOrderIsTheOrderOfTheStream() {
        List<String> tokens = new ArrayList<>();
        tokens.add(data(ResumeToken.between(5)));
        for (int op : List.of(0, 1, 2, 63, 64, 127, 128, 300, 20_000, 40_000)) {
            BsonDocument event = ResumeToken.of(entry(5, op, new BsonInt32(-op)), false);
            tokens.add(data(event));
            tokens.add(data(ResumeToken.fragment(event, 0)));
            tokens.add(data(ResumeToken.fragment(event, 1)));
        }
        tokens.add(data(ResumeToken.of(entry(5, 40_000, null), true)));
        tokens.add(data(ResumeToken.between(6)));
        assertThat(tokens).isSorted();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 32_767, 32_768})
    void aTokenIsReadBack(int op) {
        ResumeToken token = ResumeToken.parse(ResumeToken.of(entry(99, op, new BsonString("é")), false));
        assertThat(token).isEqualTo(new ResumeToken(99, op, false, -1));
    }

    @Test
    void otherTokensAreReadBack() {
        assertThat(ResumeToken.parse(ResumeToken.between(7))).isEqualTo(new ResumeToken(7, -1, false, -1));
        assertThat(ResumeToken.parse(ResumeToken.of(entry(7, 0, null), true)))
                .isEqualTo(new ResumeToken(7, 0, true, -1));
        BsonDocument event = ResumeToken.of(entry(7, 1, new BsonInt32(1)), false);
        assertThat(ResumeToken.parse(ResumeToken.fragment(event, 3))).isEqualTo(new ResumeToken(7, 1, false, 3));
    }

    @ParameterizedTest
    @CsvSource({
        "zz, 9",
        "826, 9",
        "82, 15",
        "8265000000000000032B022C0100296E5A1004, 15",
        "8265000000000000032B02, 15",
        "8165000000000000032B0229296E04, 260",
    })
    void whatIsNoTokenIsRefusedWithTheServersCode(String data, int code) {
        assertThatThrownBy(() -> ResumeToken.parse(new BsonDocument("_data", new BsonString(data))))
                .isInstanceOfSatisfying(
                        ServerError.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aTokenNeedsItsData() {
        assertThatThrownBy(() -> ResumeToken.parse(new BsonDocument()))
                .isInstanceOfSatisfying(
                        ServerError.class, e -> assertThat(e.code()).isEqualTo(40647));
    }

    private static ChangeEntry entry(long time, int op, BsonValue id) {
        return new ChangeEntry(time, op, 0, Kind.INSERT, "d", "c", COLLECTION, id, null, null, null, null);
    }

    private static String data(BsonDocument token) {
        return token.getString("_data").getValue();
    }
}
