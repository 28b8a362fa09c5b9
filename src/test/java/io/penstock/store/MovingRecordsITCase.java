/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.devserver.DevServer;
import io.penstock.store.JobRecord.Start;
import io.penstock.store.RecordText.Noted;
import io.penstock.store.mongo.Stores;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A move into the metadata store that a killed process left half done. */
class MovingRecordsITCase {
    private static final Author ANN = new Author("process 7 on quay", "2026-11-23T03:00:00Z");

    @TempDir
    private Path folder;

    private static Start startOf(char life) {
        return new Start(String.valueOf(life).repeat(32), Optional.empty(), "name: a\n", Optional.empty());
    }

    @Test
    void aMoveThatWasCutOffIsFinishedByTheNext() throws Exception {
        String state = folder.resolve("state").toString();
        FileJobRecords beside = FileJobRecords.in(state);
        JobRecord running = JobRecord.first(Stores.JOB, startOf('1'), ANN);
        beside.write(Optional.empty(), running);
        JobRecord taken = running.takenOver(ANN);
        assertThat(beside.compareAndSet(1, Noted.moving(taken, Stores.DATABASE)))
                .isTrue();

        try (DevServer server = DevServer.builder().start();
                JobRecords records = JobRecords.of(Stores.job(server.uri(), state));
                MetadataStore store = MetadataStore.open(Stores.options(server.uri(), state))) {
            assertThat(records.read()).contains(new Versioned<>(2, taken));
            Versioned<JobRecord> next = records.write(records.read(), taken.started(startOf('2'), ANN));
            assertThat(next.version()).isEqualTo(3);
            assertThat(store.records().read()).contains(next);
            assertThat(beside.noted().orElseThrow().value().isMoved()).isTrue();
        }
    }
}
