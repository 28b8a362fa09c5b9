/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.sink.outage.Attempts;
import io.penstock.sink.outage.Fault;
import io.penstock.sink.outage.FaultTable;
import io.penstock.store.Fence;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a target that is made anew after each failure: what a broken one still knows, or holds, must not be taken for the truth. Opened by the
 * first call. Used by one thread at a time.
 */
final class Reopening<T extends AutoCloseable> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reopening.class);

    private final Attempts attempts;
    private final Opening<T> opening;
    private T opened;

    Reopening(Attempts attempts, Opening<T> opening) {
        this.attempts = attempts;
        this.opening = opening;
    }

    /** Connects. */
    @FunctionalInterface
    interface Opening<T> {
        T open() throws IOException;
    }

    /** Something to be done with what is open. */
    @FunctionalInterface
    interface Use<T, R> {
        /** @param attempt 1 for the first */
        R with(T opened, int attempt) throws IOException;
    }

    /** A target's fault table, which need not know the failures of this package: of those no repetition helps. */
    static FaultTable faults(FaultTable ofTarget) {
        return failure -> failure instanceof LostStageException
                        || failure instanceof StageRemovedException
                        || failure instanceof NotTheTargetException
                ? new Fault(Fault.Kind.RECORD, "", "")
                : ofTarget.of(failure);
    }

    /** Asks, within an attempt, whether the job has no later life; what the answer lacks is not the target's fault. */
    static void requireHeld(Fence fence) throws NotTheTargetException {
        try {
            fence.requireHeld();
        } catch (IOException e) {
            throw new NotTheTargetException(e);
        }
    }

    /**
     * Does something, as often as it takes.
     *
     * @throws IOException as {@link Attempts#call}
     */
    <R> R call(String doing, Use<T, R> use) throws IOException {
        try {
            return attempts.call(doing, attempt -> {
                try {
                    if (opened == null) {
                        opened = opening.open();
                    }
                    return use.with(opened, attempt);
                } catch (IOException | RuntimeException e) {
                    giveUp();
                    throw e;
                }
            });
        } catch (NotTheTargetException e) {
            throw e.failure();
        }
    }

    private void giveUp() {
        try {
            close();
        } catch (Exception e) {
            LOG.debug("A connection that had failed could not be closed", e);
        }
    }

    @Override
    public void close() throws Exception {
        T last = opened;
        opened = null;
        if (last != null) {
            last.close();
        }
    }
}
