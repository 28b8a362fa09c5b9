/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import java.io.IOException;
import java.util.List;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * Kafka has lost transactions that a completed checkpoint counts on, or nobody can tell any more whether it has. Marked as not recoverable: a restart from that checkpoint would
 * commit the same transaction and find it lost again, for ever, so the job fails at once and says what to do.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class LostTransactionException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param lost each transaction that was aborted, with what it held
     * @param untold each of which it is not known, with what it held
     */
    LostTransactionException(List<String> lost, List<String> untold, Throwable reason) {
        super(message(lost, untold), reason);
    }

    private static String message(List<String> lost, List<String> untold) {
        StringBuilder found = new StringBuilder();
        if (!lost.isEmpty()) {
            found.append("Kafka has lost what a completed checkpoint counts on: ")
                    .append(String.join("; and ", lost))
                    .append(". These changes are not in the topic. ");
        }
        if (!untold.isEmpty()) {
            found.append("It cannot be told any more whether Kafka committed what a completed checkpoint counts on: ")
                    .append(String.join("; and ", untold))
                    .append(", and the broker cannot say either. These changes may or may not have been in"
                            + " the topic. If they are known to have been there, as after a stop with a savepoint that ended without"
                            + " an error, give the sink another name and ignore the unclaimed state. ");
        }
        return found + "Start the job from a checkpoint or savepoint that is not newer than the one"
                + " named here (where that is 0, from the beginning): it exports again what followed, and consumers drop what they have by (version, revision)."
                + " Causes of a loss: the job was down for longer than transaction.timeout.ms, a second job uses the same transactional-id-prefix,"
                + " or somebody aborted the transaction.";
    }
}
