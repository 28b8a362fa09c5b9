/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench.sinks;

import io.penstock.job.JobSettings;
import io.penstock.record.ChangeRecord;
import io.penstock.spec.JobSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Runs a sink behind nothing but changes: with the settings of a job, one subtask, and a checkpoint every second. */
final class SinkJobs implements AutoCloseable {
    private final Path folder;
    private final MiniCluster cluster;

    SinkJobs(Path folder) throws Exception {
        this.folder = folder;
        Configuration configuration = new Configuration();
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .withRandomPorts()
                .build());
        cluster.start();
    }

    /**
     * Writes so many changes.
     *
     * @return nanoseconds from the first change until all of them are committed and the job has ended
     */
    long write(Comparison comparison, List<ChangeRecord> changes, long count) throws Exception {
        Feed feed = Feed.begin(changes, count);
        JobGraph graph = graph(comparison, count);
        JobID job = graph.getJobID();
        cluster.submitJob(graph).get();
        CompletableFuture<JobResult> result = cluster.requestJobResult(job);
        while (!result.isDone() && !feed.given().await(20, TimeUnit.MILLISECONDS)) {
            // until the last change is given, or the job has failed
        }
        // The job ends with a checkpoint, for which it would wait up to a second. One that comes too late is never
        // answered.
        while (!result.isDone()) {
            CompletableFuture<Long> checkpoint = cluster.triggerCheckpoint(job, CheckpointType.CONFIGURED);
            CompletableFuture.anyOf(result, checkpoint.exceptionally(refused -> null))
                    .get();
            try {
                result.get(20, TimeUnit.MILLISECONDS);
            } catch (TimeoutException running) {
                // one more
            }
        }
        long end = System.nanoTime();
        result.get().toJobExecutionResult(getClass().getClassLoader());
        return end - feed.begun();
    }

    private JobGraph graph(Comparison comparison, long count) throws Exception {
        String yaml =
                """
                name: bench
                source: {uri: "mongodb://localhost", collections: [geo.cities]}
                sinks:
                  - %s
                pipeline: {parallelism: 1, checkpoint-interval: 1 s, state-dir: "%s", restart: {attempts: 0}}
                """
                        .formatted(comparison.section(), folder.resolve("state"));
        JobSpec spec = JobSpec.parse("bench.yaml", yaml, Map.<String, String>of()::get);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(JobSettings.of(spec));
        DataStream<ChangeRecord> changes = env.fromSource(
                        new NumberSequenceSource(0, count - 1), WatermarkStrategy.noWatermarks(), "numbers", Types.LONG)
                .uid("numbers")
                .map(Feed::at)
                .returns(ChangeRecord.TYPE)
                .uid("changes");
        comparison.attach(changes, spec);
        return env.getStreamGraph().getJobGraph();
    }

    @Override
    public void close() throws Exception {
        cluster.close();
    }
}
