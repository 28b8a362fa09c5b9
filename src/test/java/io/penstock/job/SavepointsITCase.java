/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.files.ExportReader;
import io.penstock.sink.kafka.KafkaBroker;
import io.penstock.sink.kafka.TopicChanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * State is for ever: every savepoint that is kept, whichever version wrote it, is gone on from as if nothing had happened in
 * between. Nothing of what was exported before is doubled, and nothing between then and now is lost.
 */
class SavepointsITCase {
    private static final List<String> COLLECTIONS = List.of("orders", "customers", "old", "came");

    private static TestCluster cluster;

    @TempDir
    private Path temporary;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start(new Configuration(), 4);
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    static List<Path> kept() throws IOException {
        return SavepointFixture.kept();
    }

    @ParameterizedTest
    @MethodSource("kept")
    void whatWasSavedGoesOnAsIfNothingHadHappened(Path zip) throws Exception {
        SavepointFixture fixture = SavepointFixture.unpack(zip, temporary);
        Set<String> before = names(ExportReader.files(fixture.export().toString()));
        try (FixtureSource source = FixtureSource.restored(fixture.source());
                KafkaBroker broker =
                        fixture.jobFile().contains("kafka") ? KafkaBroker.start(temporary.resolve("kafka")) : null) {
            change(source);
            Map<String, String> variables = new HashMap<>(
                    Map.of("SOURCE", source.uri(), "FOLDER", fixture.folder().toString()));
            if (broker != null) {
                variables.put("KAFKA", broker.bootstrapServers());
            }
            JobID job = cluster.submit(
                    fixture.jobFile(), variables, fixture.savepoint().toUri().toString());
            cluster.awaitRunning(job);
            source.tick();
            change(source);
            awaitEquality(job, source, fixture.export());

            SavepointFixture after = new SavepointFixture(fixture.folder().resolve("after"));
            Files.createDirectories(after.folder());
            String stopped = cluster.stop(job, after.folder(), SavepointFormatType.NATIVE);
            Files.move(Path.of(java.net.URI.create(stopped)), after.savepoint());
            assertThat(after.view().begun()).as("splits still open").isEmpty();

            assertThat(names(ExportReader.files(fixture.export().toString())))
                    .as("what was exported before stays")
                    .containsAll(before);
            assertComplete(fixture, source);
            if (broker != null) {
                assertThat(TopicChanges.committed(broker, "changes"))
                        .as("both sinks go on at the same change")
                        .containsExactlyInAnyOrderElementsOf(changesOutside(fixture.export(), before));
            }
        }
    }

    private static void change(FixtureSource source) {
        source.update("orders", 0, 1, 2, 5, 20, 30, 120, 299);
        source.delete("orders", 10);
        source.insert("orders", 10, 2_000 + (int) source.collection("orders").countDocuments());
        source.transaction("orders", 11, 12);
        source.update("came", 0, 100, 249);
        source.delete("came", 101);
        source.update("customers", 1);
    }

    private static void awaitEquality(JobID job, FixtureSource source, Path export) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(300))
                .failFast(() -> assertThat(cluster.failure(job)).isNull())
                .untilAsserted(() -> {
                    for (String collection : COLLECTIONS) {
                        assertThat(of(export, collection).view().differences(source.documents(collection)))
                                .as(collection)
                                .isEmpty();
                    }
                });
    }

    /** Each version of each document is there once, whichever life exported it. */
    private static void assertComplete(SavepointFixture fixture, FixtureSource source) throws IOException {
        for (String collection : COLLECTIONS) {
            ExportView whole = of(fixture.export(), collection).view();
            assertThat(whole.doubled()).as("doubled in " + collection).isZero();
            assertThat(whole.backwards()).as("backwards in " + collection).isZero();
        }
        if (!fixture.jobFile().contains("mode: images")) {
            // Looked up, a document may be a later one than its event's: versions in between are then passed over.
            return;
        }
        for (String collection : List.of("orders", "customers", "came")) {
            List<ChangeRecord> changes = of(fixture.export(), collection).changes();
            Map<String, TreeSet<String>> found = new HashMap<>();
            changes.forEach(change -> found.computeIfAbsent(change.key().toString(), key -> new TreeSet<>())
                    .add(change.version().text()));
            assertThat(found).as(collection).isEqualTo(source.expected(collection, changes));
        }
    }

    private static Set<String> names(List<org.apache.flink.core.fs.Path> files) {
        return files.stream().map(file -> file.getName()).collect(Collectors.toCollection(HashSet::new));
    }

    private static List<String> changesOutside(Path export, Set<String> files) throws IOException {
        List<String> changes = new ArrayList<>();
        for (org.apache.flink.core.fs.Path file : ExportReader.files(export.toString())) {
            if (!files.contains(file.getName())) {
                ExportReader.read(file, change -> changes.add(TopicChanges.name(change)));
            }
        }
        return changes;
    }

    private static CollectionExport of(Path export, String collection) {
        return new CollectionExport(export, "shop." + collection);
    }

    @Test
    void anotherMaximumParallelismIsRefusedRatherThanLosingState() throws Exception {
        Path zip = kept().stream()
                .filter(each -> each.toString().contains("stream-images"))
                .findFirst()
                .orElseThrow();
        SavepointFixture fixture = SavepointFixture.unpack(zip, temporary);
        try (FixtureSource source = FixtureSource.restored(fixture.source())) {
            JobID job = cluster.submit(
                    fixture.jobFile(),
                    Map.of("SOURCE", source.uri(), "FOLDER", fixture.folder().toString(), "MAX_PARALLELISM", "512"),
                    fixture.savepoint().toUri().toString());
            Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> cluster.status(job)
                    .isTerminalState());
            assertThat(cluster.failure(job)).contains("max parallelism 1024", "max parallelism 512");
        }
    }
}
