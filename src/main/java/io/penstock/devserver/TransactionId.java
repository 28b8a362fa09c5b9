/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import org.bson.BsonDocument;
import org.bson.BsonValue;

/** A session's id and the number of the transaction or of the retryable write in it. */
record TransactionId(BsonDocument lsid, long number) {
    /** What a command carries, or null when it has no number. */
    static TransactionId of(BsonDocument command) {
        BsonDocument lsid = Docs.doc(command, "lsid");
        BsonValue number = command.get("txnNumber");
        return lsid == null || number == null
                ? null
                : new TransactionId(lsid, number.asNumber().longValue());
    }
}
