/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.record.Namespace;
import io.penstock.source.Recovery;
import io.penstock.source.SourceOptions;
import io.penstock.source.server.SourceServer;
import java.util.List;

/**
 * Where a job without a checkpoint begins.
 *
 * @param time the cluster time from which the stream is read
 * @param passStart the cluster time at which the pass over the collections starts
 * @param epoch the number of that pass
 * @param collections those to read a snapshot of
 */
record Beginning(long time, long passStart, int epoch, List<Namespace> collections) {
    private static final int FIRST_EPOCH = 1;

    /**
     * Chooses it. The time is taken before the collections are listed: one that is created in between has all of its documents
     * in the stream as well, while one listed first and dropped and created again before that time would be lost.
     *
     * @throws IllegalArgumentException when a collection given by name cannot be exported
     */
    static Beginning choose(SourceServer server, SourceOptions options) {
        Recovery recovery = options.recovery();
        long time = recovery != null
                ? recovery.time()
                : options.startup() == SourceOptions.Startup.TIMESTAMP ? options.startAt() : server.operationTime();
        List<Namespace> collections =
                options.scope().exportable(server.collections(options.scope().database()));
        return new Beginning(
                time,
                recovery == null ? time : recovery.passStart(),
                recovery == null ? FIRST_EPOCH : recovery.epoch(),
                options.startup().hasSnapshot() ? collections : List.of());
    }
}
