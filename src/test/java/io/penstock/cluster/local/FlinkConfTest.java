/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cluster.local.ClusterSettings.Profile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.contrib.streaming.state.RocksDBConfigurableOptions;
import org.apache.flink.contrib.streaming.state.RocksDBOptions;
import org.apache.flink.streaming.api.environment.ExecutionCheckpointingOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The shipped configurations, read as Flink reads them. */
class FlinkConfTest {
    private static final Path FLINK_CONF = Path.of("flink-conf");

    /** Declared by the reporter as text, not as an option. */
    private static final List<String> OF_THE_REPORTER =
            List.of("metrics.reporter.prom.factory.class", "metrics.reporter.prom.port");

    private static final Map<String, ConfigOption<?>> KNOWN = FlinkOptions.all();

    @ParameterizedTest
    @EnumSource(Profile.class)
    void everyKeyIsAnOptionOfThisFlinkAndItsValueCanBeRead(Profile profile) {
        Configuration configuration = ClusterConf.profile(FLINK_CONF, profile);
        assertThat(configuration.keySet()).hasSizeGreaterThan(30);
        assertThat(configuration.keySet())
                .filteredOn(key -> !OF_THE_REPORTER.contains(key))
                .allSatisfy(key -> {
                    assertThat(KNOWN).containsKey(key);
                    assertThat(configuration.get(KNOWN.get(key))).as(key).isNotNull();
                });
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void whatTheJobNeedsOfItsCluster(Profile profile) {
        Configuration configuration = ClusterConf.profile(FLINK_CONF, profile);
        assertThat(configuration.get(JobManagerOptions.SCHEDULER)).isEqualTo(JobManagerOptions.SchedulerType.Adaptive);
        assertThat(configuration.get(StateBackendOptions.STATE_BACKEND)).isEqualTo("rocksdb");
        assertThat(configuration.get(CheckpointingOptions.INCREMENTAL_CHECKPOINTS))
                .isTrue();
        assertThat(configuration.get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS))
                .isEqualTo(3);
        assertThat(configuration.get(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION))
                .isEqualTo(ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        assertThat(configuration.get(StateRecoveryOptions.LOCAL_RECOVERY)).isTrue();
        assertThat(configuration.get(ExecutionCheckpointingOptions.ENABLE_UNALIGNED))
                .isTrue();
        assertThat(configuration.get(ExecutionCheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT))
                .isGreaterThan(Duration.ZERO);
        assertThat(configuration.get(RocksDBConfigurableOptions.USE_BLOOM_FILTER))
                .isTrue();
        assertThat(configuration.get(RocksDBOptions.USE_PARTITIONED_INDEX_FILTERS))
                .isTrue();
        assertThat(configuration.get(RocksDBOptions.USE_MANAGED_MEMORY)).isTrue();
        assertThat(configuration.get(WebOptions.SUBMIT_ENABLE)).isFalse();
        assertThat(configuration.get(TaskManagerOptions.MANAGED_MEMORY_FRACTION))
                .isGreaterThanOrEqualTo(0.4f);
    }
}
