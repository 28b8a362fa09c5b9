/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import io.penstock.sink.outage.Fault.Kind;
import java.util.List;

/**
 * What an unordered bulk write answers of single writes. An {@code _id} that is there already is expected: of a document that has a newer
 * change, of a row that an earlier attempt staged. It is no error.
 */
final class BulkErrors {
    private static final int DUPLICATE_KEY = 11000;

    private BulkErrors() {}

    /**
     * Writes.
     *
     * @return the errors of what was refused for itself; all else is written
     * @throws MongoBulkWriteException when something else went wrong with any of it
     */
    static List<BulkWriteError> refused(Runnable bulk) {
        try {
            bulk.run();
            return List.of();
        } catch (MongoBulkWriteException e) {
            List<BulkWriteError> errors =
                    e.getWriteErrors().stream().filter(error -> !isOfId(error)).toList();
            boolean isRefusal = errors.stream()
                    .allMatch(error -> MongoFaults.of(error.getCode()).kind() == Kind.RECORD);
            if (e.getWriteConcernError() != null || !isRefusal) {
                throw e;
            }
            return errors;
        }
    }

    static boolean isOfUniqueIndex(BulkWriteError error) {
        return error.getCode() == DUPLICATE_KEY;
    }

    private static boolean isOfId(BulkWriteError error) {
        // The space: another index's name may begin like this one's.
        return isOfUniqueIndex(error) && error.getMessage().contains("index: _id_ ");
    }
}
