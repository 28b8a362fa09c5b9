/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.ChangeRecord.Replay;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.deadletter.Refusal;
import io.penstock.sink.staged.Batch;
import io.penstock.sink.staged.StagedRow;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StagedDocumentTest {
    private static final Version VERSION = Version.event(Changes.clusterTime(1_760_000_000L, 1));

    private static ChangeRecord change(Op op, String document) {
        return Changes.of(
                op,
                Changes.CITIES,
                Changes.bson("{_id: 1, shard: 2}"),
                VERSION,
                document == null ? null : Changes.bson(document));
    }

    private static StagedRow row(ChangeRecord change) {
        Batch batch = new Batch();
        batch.add("copy.cities", change);
        return batch.byTarget().get("copy.cities").iterator().next();
    }

    private static RawBsonDocument staged(ChangeRecord change) throws UnfitException {
        return StagedDocument.of("copy.cities", row(change), "_meta").encode("s/00000000", change);
    }

    @ParameterizedTest
    @EnumSource(Op.class)
    void whatIsStagedIsTheChangeAsItWasExportedWithoutTheDocumentBefore(Op op) throws Exception {
        ChangeRecord plain = change(op, op == Op.DELETE ? null : "{_id: 1, a: {_meta: {v: 1}}, l: [1, 2], z: 'z'}");
        ChangeRecord exported = plain.with(new Replay("sink", "letter", 2, false));
        StagedDocument read = StagedDocument.decode(staged(exported));
        assertThat(read.exported("_meta")).usingRecursiveComparison().isEqualTo(exported);
        assertThat(read.isDelete()).isEqualTo(op == Op.DELETE);
    }

    @Test
    void whatAnEarlierReleaseStagedIsWrittenAndHasNoChange() throws Exception {
        BsonDocument earlier =
                BsonDocument.parse(staged(change(Op.CREATE, "{_id: 1, n: 1}")).toJson());
        earlier.remove("change");
        assertThat(earlier.keySet())
                .containsExactly(
                        "_id", "target", "identity", "version", "revision", "check", "delete", "key", "document");
        StagedDocument read = StagedDocument.decode(new RawBsonDocument(earlier, new BsonDocumentCodec()));
        assertThat(read.exported("_meta")).isNull();
        assertThat(read.document().getInt32("n").getValue()).isEqualTo(1);
        assertThat(read.version()).isEqualTo(VERSION);
    }

    @Test
    void theSinksPartOfAStagedDocumentIsSmall() throws Exception {
        ChangeRecord change = change(Op.CREATE, "{_id: 1}");
        assertThat(staged(change).getByteBuffer().remaining() - change.document().length)
                .isLessThan(700);
    }

    @Test
    void aDocumentWithTheSinksFieldIsUnfit() {
        ChangeRecord change = change(Op.CREATE, "{_id: 1, _meta: 1}");
        assertThatThrownBy(() -> staged(change))
                .isInstanceOfSatisfying(UnfitException.class, unfit -> assertThat(unfit.of(change))
                        .extracting(Refusal::code)
                        .isEqualTo("metadata-field"))
                .hasMessageContaining("give metadata-field another name");
    }
}
