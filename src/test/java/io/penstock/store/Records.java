/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.store.JobRecord.Start;
import java.util.Optional;

/** Records to test with. */
final class Records {
    static final String A = "a".repeat(32);
    static final String B = "b".repeat(32);
    static final Author ANN = new Author("process 7 on ann", "2026-11-23T03:00:00Z");
    static final Author BOB = new Author("process 8 on bob", "2026-11-23T04:00:00Z");

    private Records() {}

    static Start start(String flinkJob) {
        return new Start(flinkJob, Optional.empty(), "name: orders\n", Optional.empty());
    }

    static Start startFrom(String flinkJob, String from) {
        return new Start(flinkJob, Optional.of(from), "name: orders\n", Optional.empty());
    }

    static Start onCluster(String flinkJob) {
        return new Start(flinkJob, Optional.empty(), "name: orders\n", Optional.of("http://flink:8081"));
    }

    static JobRecord first() {
        return JobRecord.first("orders", start(A), ANN);
    }
}
