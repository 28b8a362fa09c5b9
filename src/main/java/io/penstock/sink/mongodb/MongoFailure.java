/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.bulk.WriteConcernError;
import java.io.IOException;

/** What could not be done, with the server's own words; the driver's name no password. */
final class MongoFailure extends IOException {
    private static final long serialVersionUID = 1L;

    /** One that is not the server's, and that no repetition mends. */
    MongoFailure(String message) {
        super(message);
    }

    private MongoFailure(String message, MongoException cause) {
        super(message, cause);
    }

    /** @param doing what could not be done, as in "stage changes for shop.orders" */
    static MongoFailure cannot(String doing, MongoException cause) {
        return new MongoFailure("MongoDB target: cannot " + doing + ": " + words(cause), cause);
    }

    /** Without the whole reply, and of many write errors the first. */
    private static String words(MongoException e) {
        if (e instanceof MongoCommandException command) {
            return command.getErrorMessage() + " (" + command.getErrorCode() + " " + command.getErrorCodeName() + ")";
        } else if (e instanceof MongoBulkWriteException bulk) {
            WriteConcernError late = bulk.getWriteConcernError();
            return late != null
                    ? late.getMessage() + " (" + late.getCode() + ")"
                    : first(bulk, MongoFaults.of(bulk).code());
        }
        return e.getMessage();
    }

    private static String first(MongoBulkWriteException bulk, String code) {
        return bulk.getWriteErrors().stream()
                .filter(error -> code.equals(String.valueOf(error.getCode())))
                .map(error -> error.getMessage() + " (" + code + ", one of "
                        + bulk.getWriteErrors().size() + " errors)")
                .findFirst()
                .orElse(bulk.getMessage());
    }
}
