/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.store.JobRecord.Desired;
import java.util.Locale;
import org.apache.flink.api.common.JobStatus;

/** States as people say them. */
final class Words {
    private Words() {}

    /** A record's word for what its job was asked to be. */
    static String of(Desired desired) {
        return desired.name().toLowerCase(Locale.ROOT);
    }

    static String of(JobStatus state) {
        return switch (state) {
            case CREATED, INITIALIZING -> "waiting for slots, or being set up";
            case RESTARTING -> "restarting after a failure";
            case FAILING -> "failing";
            case CANCELLING -> "being cancelled";
            case CANCELED -> "cancelled";
            default -> state.name().toLowerCase(Locale.ROOT);
        };
    }
}
