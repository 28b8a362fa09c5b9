/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.mongodb.DuplicateKeyException;
import com.mongodb.ErrorCategory;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.MongoWriteException;
import io.penstock.store.StoreAwayException;
import java.io.IOException;
import java.util.Set;

/** What the driver's exceptions mean to those who keep something in the store. */
final class StoreErrors {
    private static final int UNAUTHORIZED = 13;
    private static final int ILLEGAL_OPERATION = 20;
    private static final int NOT_A_REPLICA_SET = 123;
    private static final int VALIDATION = 121;

    /** Elections, a server that stops, a lock or a majority that did not come in time, and the snapshot of a moment ago. */
    private static final Set<Integer> PASSING = Set.of(
            6, 7, 24, 50, 63, 64, 89, 91, 100, 112, 133, 134, 136, 150, 189, 202, 216, 225, 234, 237, 239, 246, 251,
            256, 262, 267, 290, 314, 317, 356, 358, 384, 402, 9001, 10058, 10107, 11600, 11601, 11602, 13388, 13435,
            13436);

    /** LockTimeout, WriteConflict, SnapshotUnavailable, NoSuchTransaction: the server ended it in favour of another. */
    private static final Set<Integer> CONFLICTS = Set.of(24, 112, 246, 251);

    private StoreErrors() {}

    /** Whether trying again may help. */
    static boolean isPassing(MongoException e) {
        if (e instanceof MongoSecurityException) {
            return false;
        }
        return e instanceof MongoSocketException
                || e instanceof MongoTimeoutException
                || e instanceof MongoOperationTimeoutException
                || e instanceof MongoExecutionTimeoutException
                || e instanceof MongoNotPrimaryException
                || e instanceof MongoNodeIsRecoveringException
                || e instanceof MongoWriteConcernException
                || e.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL)
                || e.hasErrorLabel(MongoException.UNKNOWN_TRANSACTION_COMMIT_RESULT_LABEL)
                || e.hasErrorLabel("RetryableWriteError")
                || PASSING.contains(e.getCode());
    }

    /** Whether another transaction was in the way of this one, which is over now and may begin again at once: the server is there. */
    static boolean isConflict(MongoException e) {
        return e.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL) && CONFLICTS.contains(e.getCode());
    }

    /** Whether a document of that key, or unique value, is there already. */
    static boolean isDuplicate(MongoException e) {
        return e instanceof DuplicateKeyException
                || ErrorCategory.fromErrorCode(e.getCode()) == ErrorCategory.DUPLICATE_KEY;
    }

    /** The exception to throw: {@link StoreAwayException} where trying again may help. */
    static IOException of(MongoException e, String doing) {
        if (isConflict(e)) {
            return new StoreAwayException(
                    "Others are in the way in the metadata store all the time (" + doing + "): " + message(e) + ".", e);
        }
        if (isPassing(e)) {
            return new StoreAwayException("The metadata store does not answer (" + doing + "): " + message(e) + ".", e);
        }
        return new IOException("cannot " + doing + " in the metadata store: " + message(e) + advice(e), e);
    }

    private static String advice(MongoException e) {
        if (e instanceof MongoSecurityException || e.getCode() == UNAUTHORIZED) {
            return ". docs/metadata.md has the privileges that it takes";
        }
        return switch (e.getCode()) {
            case VALIDATION -> ". A validator refuses it: one of another release, or changed by hand";
            case ILLEGAL_OPERATION, NOT_A_REPLICA_SET -> ". It has to be a replica set, or a sharded cluster";
            default -> "";
        };
    }

    private static String message(MongoException e) {
        return e instanceof MongoWriteException write ? write.getError().getMessage() : e.getMessage();
    }
}
