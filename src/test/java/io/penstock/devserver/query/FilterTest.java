/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.devserver.ServerError;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonSymbol;
import org.bson.BsonUndefined;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{a:1}|{}|true",
                "{a:1}|{a:1.0}|true",
                "{a:NumberLong('9007199254740993')}|{a:{$gt:9007199254740992.0}}|true",
                "{a:'x'}|{a:{$gt:1}}|false",
                "{a:'x'}|{a:{$gte:{$minKey:1}}}|true",
                "{a:null}|{a:null}|true",
                "{}|{a:null}|true",
                "{a:1}|{a:null}|false",
                "{}|{a:{$exists:false}}|true",
                "{a:null}|{a:{$exists:true}}|true",
                "{a:[1,2]}|{a:2}|true",
                "{a:[1,2]}|{a:[1,2]}|true",
                "{a:[1,2]}|{a:{$size:2}}|true",
                "{a:[1,5]}|{a:{$gt:2,$lt:4}}|true",
                "{a:[1,5]}|{a:{$elemMatch:{$gt:2,$lt:4}}}|false",
                "{a:[{b:1,c:2},{b:2,c:1}]}|{a:{$elemMatch:{b:1,c:1}}}|false",
                "{a:[{b:1,c:2},{b:2,c:1}]}|{'a.b':2}|true",
                "{a:[{b:1},{b:2}]}|{'a.1.b':2}|true",
                "{a:[{b:1},{b:2}]}|{'a.0.b':2}|false",
                "{a:[1,2]}|{a:{$ne:2}}|false",
                "{a:3}|{a:{$nin:[1,2]}}|true",
                "{a:3}|{a:{$not:{$gt:5}}}|true",
                "{a:'Hello'}|{a:{$regex:'^he',$options:'i'}}|true",
                "{a:'Hello'}|{a:{$regex:'^he'}}|false",
                "{ns:{db:'geo',coll:'cities'}}|{'ns.coll':{$in:[{$regularExpression:{pattern:'^cit',options:''}}]}}|true",
                "{a:5}|{$or:[{a:1},{a:{$mod:[3,2]}}]}|true",
                "{a:5}|{$nor:[{a:1},{a:2}]}|true",
                "{a:5}|{$expr:{$gt:['$a',4]}}|true",
                "{a:{$binary:{base64:'AQ==',subType:'80'}}}|{$expr:{$gt:['$a',{$literal:4}]}}|true",
                "{a:{$numberLong:'9007199254740993'}}|{$expr:{$gt:['$a',{$numberLong:'9007199254740992'}]}}|true",
                "{b:5}|{$expr:{$lt:['$a',null]}}|true",
                "{a:5}|{a:{$type:'number'}}|true",
                "{a:[1,2,3]}|{a:{$all:[1,3]}}|true",
                "{a:{x:1,y:2}}|{a:{y:2,x:1}}|false",
                "{a:NaN}|{a:{$gte:NaN}}|true",
                "{a:1}|{a:{$lt:NaN}}|false",
            })
    void aQueryFindsWhatTheServerFinds(String document, String query, boolean matches) {
        assertThat(Filter.of(BsonDocument.parse(query)).test(BsonDocument.parse(document)))
                .isEqualTo(matches);
    }

    @Test
    void rareTypesAreComparedAsEveryOther() {
        BsonDocument document = new BsonDocument("a", new BsonSymbol("x")).append("b", new BsonUndefined());
        assertThat(Filter.of(BsonDocument.parse("{a: {$gte: 'a'}}")).test(document))
                .isTrue();
        assertThat(Filter.of(new BsonDocument("b", new BsonUndefined())).test(document))
                .isTrue();
        assertThat(Filter.of(new BsonDocument("b", new BsonInt32(1))).test(document))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"{$foo:1}|2", "{a:{$foo:1}}|2", "{$or:[]}|2", "{a:{$in:1}}|2"})
    void aMalformedQueryIsRefused(String query, int code) {
        assertThatThrownBy(() -> Filter.of(BsonDocument.parse(query)))
                .isInstanceOfSatisfying(
                        ServerError.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
