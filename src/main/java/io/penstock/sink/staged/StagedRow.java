/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.BsonCursor;
import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Sha256;
import java.security.MessageDigest;

/**
 * A change on its way into a stage.
 *
 * @param identity 32 bytes: SHA-256 over namespace and key, each behind its length in four bytes; what a target keys its rows by. A
 *     key itself may be longer than a database's index takes, and of any BSON type
 */
public record StagedRow(ChangeRecord change, byte[] identity) {

    static StagedRow of(ChangeRecord change) {
        MessageDigest digest = Sha256.digest();
        Sha256.part(digest, change.namespace().toString().getBytes(UTF_8));
        Sha256.part(digest, change.key().bytes());
        return new StagedRow(change, digest.digest());
    }

    public boolean isDelete() {
        return change.op() == Op.DELETE;
    }

    /** A number that stands for the row in its stage's digest: is another for another key, version or document. */
    public long check() {
        long check = BsonCursor.readLong(identity, 0) + 31 * change.version().clusterTime() + change.revision();
        return isDelete() ? check : check ^ BsonCursor.readLong(change.rowHash(), 0);
    }

    boolean isNewerThan(StagedRow other) {
        int byVersion = change.version().compareTo(other.change.version());
        return byVersion > 0 || (byVersion == 0 && change.revision() > other.change.revision());
    }
}
