/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.server;

import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import java.util.Set;

/** What a server's error codes mean to the source. */
public final class ServerErrors {
    private static final int FAILED_TO_PARSE = 9;
    private static final int UNAUTHORIZED = 13;
    private static final int OVERFLOW = 15;
    private static final int AUTHENTICATION_FAILED = 18;
    private static final int QUERY_PLAN_KILLED = 175;
    private static final int SNAPSHOT_TOO_OLD = 239;
    private static final int SNAPSHOT_UNAVAILABLE = 246;
    private static final int INVALID_RESUME_TOKEN = 260;
    private static final int FATAL = 280;
    private static final int HISTORY_LOST = 286;
    private static final int OBJECT_TOO_LARGE = 10334;
    private static final int TOKEN_WITHOUT_DATA = 40647;
    private static final int NAMESPACE_NOT_FOUND = 26;
    private static final int MIN_MAX_COLLATION = 51174;
    private static final int MIN_MAX_ORDER = 51175;

    /**
     * The change-streams and retryable-reads specifications' codes, those of a server that stops or elects, and the snapshot of
     * a moment ago that is not ready yet.
     */
    private static final Set<Integer> PASSING = Set.of(
            6, 7, 43, 50, 63, 64, 89, 91, 133, 134, 136, 150, 189, 202, 216, 234, 237, 239, 246, 262, 314, 317, 356,
            358, 402, 9001, 10058, 10107, 11600, 11601, 11602, 13388, 13435, 13436);

    private ServerErrors() {}

    /** Whether trying again can help: the network, an election, a server that stops, a cursor that it forgot. */
    public static boolean isPassing(MongoException e) {
        if (e instanceof MongoSecurityException) {
            return false;
        }
        return e instanceof MongoSocketException
                || e instanceof MongoTimeoutException
                || PASSING.contains(e.getCode())
                || e.hasErrorLabel("RetryableWriteError")
                || e.hasErrorLabel("ResumableChangeStreamError");
    }

    /** Whether the user is unknown, or may not do it. */
    public static boolean isRefused(MongoException e) {
        return e instanceof MongoSecurityException
                || e.getCode() == UNAUTHORIZED
                || e.getCode() == AUTHENTICATION_FAILED;
    }

    /** Whether a read at a cluster time failed because the server does not have that time (any longer). */
    public static boolean isTimeGone(MongoException e) {
        return e.getCode() == SNAPSHOT_TOO_OLD || e.getCode() == SNAPSHOT_UNAVAILABLE;
    }

    /** Whether the collection went away under a cursor. */
    public static boolean isCollectionGone(MongoException e) {
        return e.getCode() == QUERY_PLAN_KILLED || e.getCode() == NAMESPACE_NOT_FOUND;
    }

    /** Whether a change event is larger than the server can send. */
    public static boolean isEventTooLarge(MongoException e) {
        return e.getCode() == OBJECT_TOO_LARGE;
    }

    /** Whether bounds do not fit the index: the collection came back with another collation. */
    public static boolean isBoundRefused(MongoException e) {
        return e.getCode() == MIN_MAX_COLLATION || e.getCode() == MIN_MAX_ORDER;
    }

    /** Whether that is because the server no longer has what comes next; else the position itself is damaged, or of another stream. */
    public static boolean isHistoryGone(MongoException e) {
        return e.getCode() == HISTORY_LOST || e.getCode() == FATAL;
    }

    /** Whether the stream cannot go on from its position, ever. */
    public static boolean isHistoryLost(MongoException e) {
        return switch (e.getCode()) {
            case HISTORY_LOST, FATAL, INVALID_RESUME_TOKEN, TOKEN_WITHOUT_DATA, FAILED_TO_PARSE, OVERFLOW -> true;
            default -> false;
        };
    }
}
