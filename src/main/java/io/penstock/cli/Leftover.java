/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.store.Author;
import io.penstock.store.JobRecord;
import io.penstock.store.Leases;
import java.util.Optional;

/** A life whose record says that it runs in a process, and whose state folder's lock is ours. */
final class Leftover {
    private Leftover() {}

    /**
     * Refuses to treat it as killed when it may live. On this machine the lock would be its own; on another, its lease tells.
     *
     * @throws Failure when it was heard of lately
     */
    static void requireGone(JobRecord record, Optional<Leases.Held> lease) {
        boolean mayLive = lease.map(Leases.Held::isFresh).orElse(false) && !Author.isOfThisHost(record.by());
        if (mayLive) {
            throw Failure.failed(record.name() + " is running (" + record.where()
                    + "), and was heard of a moment ago. Stop it there; or, when it was killed, wait for its lease to"
                    + " end (metadata.lease). penstock run --take-over does not wait: then the other commits nothing"
                    + " more, ends, and is continued here");
        }
    }
}
