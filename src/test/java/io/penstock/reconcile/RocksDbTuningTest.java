/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** The keys are written out: a cluster's configuration holds the same. */
class RocksDbTuningTest {
    @Test
    void setsRocksDbAsMeasured() {
        assertThat(RocksDbTuning.applyTo(new Configuration()).toMap())
                .containsEntry("state.backend.type", "rocksdb")
                .containsEntry("execution.checkpointing.incremental", "true")
                .containsEntry("state.backend.rocksdb.use-bloom-filter", "true")
                .containsEntry("state.backend.rocksdb.memory.partitioned-index-filters", "true")
                .containsEntry("state.backend.rocksdb.writebuffer.size", "64 mb")
                .containsEntry("state.backend.rocksdb.writebuffer.count", "4");
    }

    @Test
    void leavesAloneWhatIsSet() {
        Configuration configuration = new Configuration();
        configuration.setString("state.backend.type", "hashmap");
        configuration.setString("state.backend.rocksdb.writebuffer.size", "8 mb");
        assertThat(RocksDbTuning.applyTo(configuration).toMap())
                .containsEntry("state.backend.type", "hashmap")
                .containsEntry("state.backend.rocksdb.writebuffer.size", "8 mb");
    }
}
