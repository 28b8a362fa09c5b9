/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.changestream;

import io.penstock.source.StreamPosition;
import java.io.IOException;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/** The server cannot continue the change stream from the job's position. Trying again does not help, so Flink is told not to. */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class HistoryLostException extends IOException {
    private static final long serialVersionUID = 1L;

    HistoryLostException(StreamPosition position, Throwable cause) {
        super(
                "The source no longer has the history from " + position + " on, so the change stream cannot go on ("
                        + cause.getMessage()
                        + "). What was exported up to there stays valid; what changed since is missing. A job of mode"
                        + " `initial` goes on with `source.on-history-lost: resnapshot`, which reads everything anew and says what"
                        + " is missing; else export with `penstock run JOB --fresh` into an empty target. And make the oplog larger"
                        + " (replSetResizeOplog, minRetentionHours) so that it covers the time a job may be down.",
                cause);
    }
}
