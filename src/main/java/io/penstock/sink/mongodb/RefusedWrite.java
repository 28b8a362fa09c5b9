/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import com.mongodb.bulk.BulkWriteError;
import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.Refusal;
import org.bson.BsonDocument;

/** That the server refused one write of many for itself: its error is of a code of {@link io.penstock.sink.outage.Fault.Kind#RECORD}. */
record RefusedWrite(StagedDocument document, BulkWriteError error) {
    /** @param change the document's, as it was exported */
    Refusal of(ChangeRecord change) {
        return of(change, error);
    }

    static Refusal of(ChangeRecord change, BulkWriteError error) {
        return new Refusal(
                change, MongoFaults.reason(error.getCode()), String.valueOf(error.getCode()), error.getMessage());
    }

    /** For messages. */
    String describe() {
        return new BsonDocument("_id", document.id()).toJson() + " of " + document.target() + ", version "
                + document.version().text() + ": " + error.getMessage() + " (" + error.getCode() + ")";
    }
}
