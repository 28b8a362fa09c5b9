/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.devserver.ServerError;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateTest {
    private static final String PAD = "x".repeat(500);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // before | update | after | updatedFields | removedFields
                "{a:1}|{$set:{a:2}}|{a:2}|{a:2}|[]",
                "{a:1}|{$set:{a:1.0}}|{a:1.0}|{a:1.0}|[]",
                "{a:1}|{$set:{c:1,b:2}}|{a:1,b:2,c:1}|{b:2,c:1}|[]",
                "{n:{x:1,y:2}}|{$set:{'n.x':9}}|{n:{x:9,y:2}}|{'n.x':9}|[]",
                "{}|{$set:{'n.x.y':9}}|{n:{x:{y:9}}}|{n:{x:{y:9}}}|[]",
                "{l:[1,2,3]}|{$set:{'l.1':7}}|{l:[1,7,3]}|{'l.1':7}|[]",
                "{l:[1]}|{$set:{'l.3':7}}|{l:[1,null,null,7]}|{'l.3':7}|[]",
                "{l:[1]}|{$push:{l:2}}|{l:[1,2]}|{'l.1':2}|[]",
                "{}|{$push:{l:2}}|{l:[2]}|{l:[2]}|[]",
                "{l:[1,2]}|{$push:{l:{$each:[3],$slice:-2}}}|{l:[2,3]}|{l:[2,3]}|[]",
                "{l:[3,1]}|{$push:{l:{$each:[2],$sort:1}}}|{l:[1,2,3]}|{l:[1,2,3]}|[]",
                "{l:[1,2]}|{$addToSet:{l:{$each:[2,3]}}}|{l:[1,2,3]}|{'l.2':3}|[]",
                "{l:[1,2,1]}|{$pull:{l:1}}|{l:[2]}|{l:[2]}|[]",
                "{l:[{a:1},{a:5}]}|{$pull:{l:{a:{$gt:3}}}}|{l:[{a:1}]}|{l:[{a:1}]}|[]",
                "{l:[1,2]}|{$pop:{l:-1}}|{l:[2]}|{l:[2]}|[]",
                "{a:1,b:2}|{$unset:{a:''}}|{b:2}|{}|[a]",
                "{a:1}|{$rename:{a:'b'}}|{b:1}|{b:1}|[a]",
                "{b:1,c:2,a:3}|{$rename:{a:'b'}}|{b:3,c:2}|{b:3}|[a]",
                "{a:1}|{$inc:{a:2}}|{a:3}|{a:3}|[]",
                "{a:1}|{$mul:{b:2}}|{a:1,b:0}|{b:0}|[]",
                "{a:5,b:0}|{$min:{a:3},$max:{b:1}}|{a:3,b:1}|{a:3,b:1}|[]",
                "{a:6}|{$bit:{a:{and:3}}}|{a:2}|{a:2}|[]",
                "{g:[1,5,9]}|{$set:{'g.$[x]':0}}|{g:[1,0,0]}|{'g.1':0,'g.2':0}|[]",
                "{g:[1,5]}|{$inc:{'g.$[]':1}}|{g:[2,6]}|{'g.0':2,'g.1':6}|[]",
                "{'':1}|{$set:{b:1}}|{'':1,b:1}|{b:1}|[]",
            })
    void operatorsChangeTheDocumentAndTellWhatTheyChanged(
            String before, String update, String after, String updated, String removed) {
        Update.Result result = apply(before, update, "{}", "[{x: {$gte: 5}}]");
        assertThat(result.document()).isEqualTo(BsonDocument.parse(after));
        assertThat(result.document().keySet())
                .containsExactlyElementsOf(BsonDocument.parse(after).keySet());
        assertThat(result.description().getDocument("updatedFields")).isEqualTo(BsonDocument.parse(updated));
        assertThat(result.description().getArray("removedFields").stream()
                        .map(name -> name.asString().getValue())
                        .toList()
                        .toString())
                .isEqualTo(removed);
        assertThat(result.description().getArray("truncatedArrays")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{a:1}|{$set:{a:1}}",
                "{a:1}|{$unset:{b:''}}",
                "{l:[1]}|{$pull:{l:2}}",
                "{l:[1]}|{$addToSet:{l:1}}",
                "{a:1}|{$rename:{b:'c'}}",
                "{a:1}|{$max:{a:0}}",
            })
    void anUpdateThatChangesNothingLeavesTheDocument(String before, String update) {
        assertThat(apply(before, update, "{}", "[]").document()).isEqualTo(BsonDocument.parse(before));
    }

    @Test
    void thePositionalOperatorIsTheFirstElementThatTheQueryMatches() {
        assertThat(apply("{l:[{a:1},{a:2},{a:2}]}", "{$set:{'l.$.b':1}}", "{'l.a':2}", "[]")
                        .document())
                .isEqualTo(BsonDocument.parse("{l:[{a:1},{a:2,b:1},{a:2}]}"));
        assertThat(apply("{l:[1,5,9]}", "{$set:{'l.$':0}}", "{l:{$gt:4}}", "[]").document())
                .isEqualTo(BsonDocument.parse("{l:[1,0,9]}"));
    }

    @Test
    void aPipelineUpdateOfASmallDocumentIsAReplacement() {
        Update.Result result = apply("{_id:1,a:1}", "[{$set:{a:2}}]", "{}", "[]");
        assertThat(result.document()).isEqualTo(BsonDocument.parse("{_id:1,a:2}"));
        assertThat(result.description()).isNull();
    }

    @Test
    void aPipelineUpdateOfALargeDocumentIsADeltaWithTruncatedArrays() {
        String before = "{_id:1,pad:'" + PAD + "',l:['" + PAD + "',2,3]}";
        Update.Result result = apply(before, "[{$set:{l:['" + PAD + "',7]}}]", "{}", "[]");
        assertThat(result.description().getDocument("updatedFields")).isEqualTo(BsonDocument.parse("{'l.1':7}"));
        assertThat(result.description().getArray("truncatedArrays"))
                .isEqualTo(BsonArray.parse("[{field:'l',newSize:2}]"));
    }

    @Test
    void aFieldThatMovedIsSeenAsUpdated() {
        BsonDocument before = BsonDocument.parse("{_id:1,pad:'" + PAD + "',p:1,q:2}");
        BsonDocument after = BsonDocument.parse("{_id:1,pad:'" + PAD + "',q:2,p:1}");
        assertThat(DocumentDiff.between(before, after).description().getDocument("updatedFields"))
                .isEqualTo(BsonDocument.parse("{p:1}"));
    }

    @Test
    void aNameWithADotIsToldFromAPathInDisambiguatedPathsOnly() {
        BsonDocument before = BsonDocument.parse("{pad:'" + PAD + "',a:{b:{z:1},w:'" + PAD + "'}}");
        BsonDocument after = BsonDocument.parse("{pad:'" + PAD + "',a:{b:{z:1},w:'" + PAD + "','b.c':5}}");
        BsonDocument description = DocumentDiff.between(before, after).description();
        assertThat(description.getDocument("updatedFields")).isEqualTo(BsonDocument.parse("{'a.b.c':5}"));
        assertThat(description.getDocument("disambiguatedPaths"))
                .isEqualTo(BsonDocument.parse("{'a.b.c':['a','b.c']}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{a:1}|{$set:{a:1},$inc:{a:1}}|40",
                "{a:1}|{$set:{a:1,'a.b':1}}|40",
                "{a:1}|{$set:{'a.b':1}}|28",
                "{a:'x'}|{$inc:{a:1}}|14",
                "{a:1}|{$foo:{a:1}}|9",
                "{a:1}|{$push:{a:1}}|2",
                "{a:1}|{$set:{'l.$':1}}|2",
            })
    void whatCannotBeIsRefusedWithTheServersCode(String before, String update, int code) {
        assertThatThrownBy(() -> apply(before, update, "{}", "[]"))
                .isInstanceOfSatisfying(
                        ServerError.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static Update.Result apply(String before, String update, String query, String filters) {
        BsonValue parsed = update.startsWith("[") ? BsonArray.parse(update) : BsonDocument.parse(update);
        Update.Context context = new Update.Context(BsonDocument.parse(query), BsonArray.parse(filters), 0, false);
        return Update.of(parsed).apply(BsonDocument.parse(before), context);
    }
}
