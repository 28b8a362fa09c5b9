/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;

/** What the drills judge by: it must see what it is there to see. */
class ExportViewTest {
    private final ExportView view = new ExportView();
    private int position;

    @Test
    void aVersionThatIsThereTwiceIsDoubledUnlessItsRevisionIsGreater() {
        add(1, 0, 1);
        add(1, 1, 2);
        assertThat(view.doubled()).isZero();
        add(1, 0, 3);
        assertThat(view.doubled()).isEqualTo(1);
    }

    @Test
    void anOlderVersionBehindANewerOneGoesBackwards() {
        add(2, 0, 1);
        add(1, 0, 2);
        assertThat(view.backwards()).isEqualTo(1);
    }

    @Test
    void whatARollbackRepeatsMayStandBehindWhatItRepeats() {
        add(2, 0, 20);
        view.nextLife();
        add(1, 1, 10);
        add(2, 1, 11);
        add(3, 0, 12);
        assertThat(view.backwards()).isZero();
        assertThat(view.doubled()).isZero();
    }

    @Test
    void whatARollbackRepeatsMustNotGoBackwardsItself() {
        add(2, 1, 10);
        add(1, 1, 11);
        assertThat(view.backwards()).isEqualTo(1);
    }

    private void add(long version, int revision, long commit) {
        byte[] document = bytes(new BsonDocument("_id", new BsonInt32(1)));
        view.add(
                new ChangeRecord(
                        ChangeRecord.Op.UPDATE,
                        new Namespace("shop", "orders"),
                        Key.of(document),
                        document,
                        Version.event(version),
                        revision,
                        document,
                        null,
                        1,
                        0,
                        0,
                        "00000000",
                        new byte[32],
                        null),
                commit,
                "file " + commit,
                position++);
    }

    private static byte[] bytes(BsonDocument document) {
        return new RawBsonDocument(document, new BsonDocumentCodec())
                .getByteBuffer()
                .array();
    }
}
