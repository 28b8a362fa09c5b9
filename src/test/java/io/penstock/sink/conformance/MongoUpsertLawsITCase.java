/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.mongodb.MongoTarget;
import io.penstock.sink.mongodb.MongoUpsertSink;
import io.penstock.store.Fence;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The laws of sinks for {@code mode: upsert}: exact means that the content is, in the end, and that no document ever goes back. */
class MongoUpsertLawsITCase extends MongoSinkLawsITCase {
    @Override
    Sink<ChangeRecord> sink() {
        return new MongoUpsertSink(
                new MongoTarget(spec("upsert"), Duration.ofMinutes(2)), Fence.none(), DeadLetterPolicy.NONE);
    }

    /** It dies when all of a second is written and no checkpoint holds it: the oldest of that comes again when the newest is there. */
    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"PREPARED", "SNAPSHOT"})
    void noDocumentIsEverSeenToGoBackThoughChangesAreWrittenAgain(Step step) throws Exception {
        Death.at(step);
        StreamExecutionEnvironment env = environment(2, null);
        env.configure(new Configuration().set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1)));
        CompletableFuture<?> job = export(series(env, 500), Fate.DIES);
        Map<String, String> seen = new HashMap<>();
        Set<String> gone = new HashSet<>();
        boolean ended;
        do {
            ended = job.isDone();
            Map<String, Held> content = content();
            content.forEach((key, held) -> {
                String before = seen.put(key, held.version());
                int order = before == null ? 1 : held.version().compareTo(before);
                assertThat(gone.remove(key) ? Integer.signum(order) - 1 : order)
                        .as("%s after %s of %s", held.version(), before, key)
                        .isNotNegative();
            });
            seen.keySet().stream().filter(key -> !content.containsKey(key)).forEach(gone::add);
        } while (!ended);
        job.get(4, TimeUnit.MINUTES);
        assertThat(Death.NEXT).as("it has died").hasValue(null);
        assertThat(content()).isEqualTo(Series.after(CHANGES, KEYS));
    }

    @Test
    void changesAreThereBeforeTheirCheckpoint() throws Exception {
        StreamExecutionEnvironment env = environment(2, null);
        env.configure(new Configuration().set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofHours(1)));
        JobClient job = start(series(env, 10), Fate.LIVES);
        try {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(4))
                    .until(() -> content().size() > 10);
            assertThat(job.getJobStatus().get())
                    .as("it has not come to an end, at which everything is written")
                    .isEqualTo(JobStatus.RUNNING);
        } finally {
            job.cancel().get(4, TimeUnit.MINUTES);
        }
    }
}
