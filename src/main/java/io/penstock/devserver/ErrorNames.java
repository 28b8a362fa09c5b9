/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.Map;

/** The names of the error codes that tests like to provoke. */
final class ErrorNames {
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(6, "HostUnreachable"),
            Map.entry(7, "HostNotFound"),
            Map.entry(11, "UserNotFound"),
            Map.entry(13, "Unauthorized"),
            Map.entry(43, "CursorNotFound"),
            Map.entry(50, "MaxTimeMSExpired"),
            Map.entry(63, "StaleShardVersion"),
            Map.entry(89, "NetworkTimeout"),
            Map.entry(91, "ShutdownInProgress"),
            Map.entry(112, "WriteConflict"),
            Map.entry(133, "FailedToSatisfyReadPreference"),
            Map.entry(134, "ReadConcernMajorityNotAvailableYet"),
            Map.entry(136, "CappedPositionLost"),
            Map.entry(150, "StaleEpoch"),
            Map.entry(175, "QueryPlanKilled"),
            Map.entry(189, "PrimarySteppedDown"),
            Map.entry(234, "RetryChangeStream"),
            Map.entry(237, "CursorKilled"),
            Map.entry(239, "SnapshotTooOld"),
            Map.entry(246, "SnapshotUnavailable"),
            Map.entry(251, "NoSuchTransaction"),
            Map.entry(262, "ExceededTimeLimit"),
            Map.entry(280, "ChangeStreamFatalError"),
            Map.entry(286, "ChangeStreamHistoryLost"),
            Map.entry(9001, "SocketException"),
            Map.entry(10107, "NotWritablePrimary"),
            Map.entry(10334, "BSONObjectTooLarge"),
            Map.entry(11600, "InterruptedAtShutdown"),
            Map.entry(11601, "Interrupted"),
            Map.entry(11602, "InterruptedDueToReplStateChange"),
            Map.entry(13388, "StaleConfig"),
            Map.entry(13435, "NotPrimaryNoSecondaryOk"),
            Map.entry(13436, "NotPrimaryOrSecondary"),
            Map.entry(14031, "OutOfDiskSpace"));

    private ErrorNames() {}

    static String of(int code) {
        return NAMES.getOrDefault(code, "Location" + code);
    }
}
