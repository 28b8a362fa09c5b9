/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

/** Where a job's lease is in its document of {@code jobs}. */
final class LeaseFields {
    static final String LEASE = "lease";
    static final String TOKEN = "lease.token";
    /** Grows over all lives; only together with the token it says who writes. */
    static final String ATTEMPT = "lease.attempt";

    static final String SECONDS = "lease.seconds";
    static final String RENEWED = "lease.renewed";
    /** Whose checkpoint was written last, and which: numbers of another life's checkpoints say nothing. */
    static final String WRITTEN_TOKEN = "written.token";

    static final String WRITTEN_CHECKPOINT = "written.checkpoint";

    /** The same of a source's progress. */
    static final String REPORTED_TOKEN = "reported.token";

    static final String REPORTED_CHECKPOINT = "reported.checkpoint";

    private LeaseFields() {}
}
