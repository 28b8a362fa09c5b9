/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** Another process changed the job's record in the same moment. */
public final class RecordChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    RecordChangedException(String name, Optional<JobRecord> now) {
        super("somebody else started or stopped " + name + " in the same moment"
                + now.map(record -> ": " + record.by() + ", at " + record.at() + "; it is now "
                                + record.desired().name().toLowerCase(Locale.ROOT))
                        .orElse("")
                + ". Nothing was changed by this command; look at the job's status, and try again");
    }
}
