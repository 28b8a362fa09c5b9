/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.staged.Scene;
import io.penstock.spec.JobSpec;
import io.penstock.spec.MongoSinkSpec;
import io.penstock.store.Fence;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.metrics.groups.MetricsGroupTestUtils;

/** The two ways in which changes come to a MongoDB target, driven by hand: each writes some, and has settled what was refused when it returns. */
enum Way {
    TRANSACTIONAL {
        @Override
        void write(MongoTarget target, DeadLetterPolicy letters, ChangeRecord... changes) throws Exception {
            try (Scene scene = new Scene(target)) {
                scene.commit(letters, scene.stage(changes));
            }
        }
    },
    UPSERT {
        @Override
        void write(MongoTarget target, DeadLetterPolicy letters, ChangeRecord... changes) throws Exception {
            UpsertWriter writer = writer(target, Fence.none(), letters, new UnregisteredMetricsGroup());
            try {
                for (ChangeRecord change : changes) {
                    writer.write(change, null);
                }
                writer.flush(false);
            } finally {
                writer.close();
            }
        }
    };

    abstract void write(MongoTarget target, DeadLetterPolicy letters, ChangeRecord... changes) throws Exception;

    /** A writer of mode upsert, without timers: a batch is written when it is full, or the writer is flushed. */
    static UpsertWriter writer(MongoTarget target, Fence fence, DeadLetterPolicy letters, MetricGroup metrics) {
        return target.openWriter(fence, letters, new NoTimers(), MetricsGroupTestUtils.mockWriterMetricGroup(metrics));
    }

    /** The target of a job's section: the collections' copies in the database {@code copy}. */
    static MongoTarget target(String uri, String metadataField, Duration checkpoint) {
        String job =
                """
                name: a
                source: {uri: "mongodb://h", collections: [geo.cities]}
                sinks: [{type: mongodb, name: sink, database: copy, uri: "${URI}", metadata-field: %s}]
                """
                        .formatted(metadataField);
        MongoSinkSpec spec = (MongoSinkSpec)
                JobSpec.parse("job.yaml", job, Map.of("URI", uri)::get).sinks().get(0);
        return new MongoTarget(spec, checkpoint);
    }

    private static final class NoTimers implements ProcessingTimeService {
        @Override
        public long getCurrentProcessingTime() {
            return 0;
        }

        @Override
        public ScheduledFuture<?> registerTimer(long timestamp, ProcessingTimeCallback target) {
            return null;
        }
    }
}
