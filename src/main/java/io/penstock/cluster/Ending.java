/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import io.penstock.store.JobRecord;
import io.penstock.store.StoredState;
import java.util.Optional;

/**
 * How a life of a job came to its end.
 *
 * @param newest what it left that the next life continues from; empty when there is nothing
 * @param why there was no savepoint, for people; empty when there is nothing to explain
 */
public record Ending(How how, Optional<StoredState> newest, String why) {
    /** The ways to end. */
    public enum How {
        /** With a savepoint; or a bounded job that came to its end at the same moment, which then leaves nothing. */
        STOPPED,
        /** Without a savepoint: there was none to be had in time. */
        CANCELLED,
        /** It failed for good while it was being stopped. */
        FAILED,
        /** It had ended before: stopped, failed or cancelled by other means. */
        ENDED_BEFORE,
        /** The cluster does not know it: another cluster, or a JobManager that was lost with what it knew. */
        UNKNOWN
    }

    /** The same; when that life has left nothing, because it completed no checkpoint, the next one begins where it began. */
    Ending orWhereItBegan(JobRecord life) {
        return newest.isPresent() || how == How.STOPPED
                ? this
                : new Ending(how, life.savepoint().or(life::startedFrom).map(LifeStates::at), why);
    }
}
