/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a valid job file means. */
class JobSpecTest {

    private static JobSpec parse(String text, Map<String, String> environment) {
        return JobSpec.parse("jobs/a.yaml", text, environment::get);
    }

    private static JobSpec parse(String text) {
        return parse(text, Map.of());
    }

    private static final String SMALLEST =
            "name: a\nsource: {collections: [geo.cities]}\nsinks: [{type: files, path: out}]\n";

    @Test
    void theShippedJobIsValid() throws Exception {
        JobSpec job = parse(Files.readString(Path.of("jobs/cities.yaml")));

        assertThat(job.name()).isEqualTo("cities");
        assertThat(job.source().isEmbedded()).isTrue();
        assertThat(job.source().collections()).containsExactly(new CollectionSelector("geo.cities"));
        assertThat(job.sinks())
                .containsExactly(new FilesSinkSpec(
                        "files",
                        List.of(),
                        "data/cities/export",
                        FilesSinkSpec.Format.NDJSON,
                        FilesSinkSpec.Compression.NONE,
                        List.of(),
                        UnfitPolicy.TEXT));
        assertThat(job.windows().every()).isEqualTo(Duration.ofMinutes(1));
        assertThat(job.pipeline().parallelism()).isEqualTo(2);
        assertThat(job.pipeline().checkpointInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(job.pipeline().stateDir()).isEqualTo("data/cities/state");
    }

    @Test
    void theSmallestJobTakesTheFallbacks() {
        JobSpec job = parse(SMALLEST);

        assertThat(job.source().snapshot())
                .isEqualTo(new SnapshotSpec(
                        MemorySize.ofMebiBytes(64),
                        0,
                        0,
                        MemorySize.ZERO,
                        SnapshotSpec.ReadPreferenceMode.PRIMARY,
                        List.of(),
                        true));
        assertThat(job.source().stream()).isEqualTo(new StreamSpec(0, Duration.ofSeconds(1)));
        assertThat(job.source().startup()).isEqualTo(new StartupSpec(StartupSpec.Mode.INITIAL, null));
        assertThat(job.source().onHistoryLost()).isEqualTo(SourceSpec.HistoryLost.RESNAPSHOT);
        assertThat(job.reconcile())
                .isEqualTo(
                        new ReconcileSpec(ReconcileSpec.Mode.IMAGES, Duration.ofHours(1), MemorySize.ofMebiBytes(4)));
        assertThat(job.windows()).isEqualTo(new WindowsSpec(Duration.ofMinutes(1), true, null));
        assertThat(job.pipeline())
                .isEqualTo(new PipelineSpec(
                        1,
                        1024,
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(10),
                        "data/a/state",
                        new RestartSpec(10, Duration.ofSeconds(1), Duration.ofMinutes(1))));
    }

    @Test
    void aKafkaSinkKeepsItsTopicsPlaceholdersForEachDocument() {
        JobSpec job = parse(
                """
                name: a
                source: {collections: [geo.cities]}
                sinks:
                  - {type: kafka, bootstrap-servers: "h:1", topic: "${PREFIX}-${database}.${collection}",
                     properties: {linger.ms: 5, enable.metrics.push: false, sasl.jaas.config: "${JAAS}"}}
                """,
                Map.of("PREFIX", "eu", "JAAS", "login"));

        KafkaSinkSpec kafka = (KafkaSinkSpec) job.sinks().get(0);
        assertThat(kafka.topicFor("geo", "cities")).isEqualTo("eu-geo.cities");
        assertThat(kafka.transactionalIdPrefix()).isEqualTo("penstock-a-kafka");
        assertThat(kafka.properties().keySet()).containsExactly("linger.ms", "enable.metrics.push", "sasl.jaas.config");
        assertThat(kafka.properties().values()).extracting(Secret::reveal).containsExactly("5", "false", "login");
    }

    @Test
    void deadLettersAreKeptWhateverTheJobFileSaysOfThem() {
        assertThat(parse(SMALLEST).deadLetters())
                .isEqualTo(new DeadLettersSpec(
                        DeadLettersSpec.Type.FILES, "data/a/state/dead-letters", null, null, Map.of(), 1000, 0.05));
        assertThat(parse(SMALLEST + "pipeline: {state-dir: 's3://b/s'}\n")
                        .below(Path.of("/work"))
                        .deadLetters()
                        .path())
                .isEqualTo("s3://b/s/dead-letters");
        assertThat(parse(SMALLEST).below(Path.of("/work")).deadLetters().path())
                .isEqualTo("/work/data/a/state/dead-letters");
        assertThat(parse(SMALLEST + "metadata: {}\n").below(Path.of("/work")).deadLetters())
                .isEqualTo(new DeadLettersSpec(DeadLettersSpec.Type.METADATA, null, null, null, Map.of(), 1000, 0.05));
        assertThat(parse(SMALLEST + "metadata: {}\ndead-letters: {type: files, max-rate: 0}\n")
                        .deadLetters())
                .isEqualTo(new DeadLettersSpec(
                        DeadLettersSpec.Type.FILES, "data/a/state/dead-letters", null, null, Map.of(), 1000, 0));
        assertThat(parse(SMALLEST + "dead-letters: {type: kafka, bootstrap-servers: h, max-count: 3}\n")
                        .deadLetters())
                .isEqualTo(new DeadLettersSpec(
                        DeadLettersSpec.Type.KAFKA, null, "h", "a-dead-letters", Map.of(), 3, 0.05));
    }

    @ParameterizedTest
    @CsvSource({
        "latest, LATEST",
        "latest-offset, LATEST",
        "snapshot, SNAPSHOT_ONLY",
        "snapshot-only, SNAPSHOT_ONLY",
        "initial, INITIAL"
    })
    void flinksSpellingsOfTheStartUpAreUnderstood(String word, StartupSpec.Mode mode) {
        assertThat(parse(SMALLEST.replace("{coll", "{startup: {mode: " + word + "}, coll"))
                        .source()
                        .startup()
                        .mode())
                .isEqualTo(mode);
    }

    @ParameterizedTest
    @CsvSource({"2026-11-01T00:00:00Z", "2026-11-01T01:00:00+01:00", "1793491200000", "'\"2026-11-01T00:00:00Z\"'"})
    void aTimestampIsATimeWithOffsetOrMilliseconds(String text) {
        StartupSpec startup = parse(
                        SMALLEST.replace("{coll", "{startup: {mode: timestamp, timestamp: " + text + "}, coll"))
                .source()
                .startup();
        assertThat(startup.timestamp()).isEqualTo(Instant.parse("2026-11-01T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "${NAME}"                | value
                    ${NAME}                  | value
                    x${NAME}y${NAME}z        | xvalueyvaluez
                    ${NONE:-plain: b #d}     | plain: b #d
                    ${EMPTY:-default}        | default
                    ${NONE:-}x               | x
                    $${NAME}                 | ${NAME}
                    a$b$                     | a$b$
                    """)
    void placeholdersAreReplaced(String written, String meant) {
        JobSpec job = parse(
                "name: a\nsource: {collections: [geo.cities]}\nsinks: [{type: files, path: out}]\npipeline:\n  state-dir: "
                        + written + "\n",
                Map.of("NAME", "value", "EMPTY", ""));
        assertThat(job.pipeline().stateDir()).isEqualTo(meant);
    }

    @Test
    void aPlaceholderMayNameAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("uri"), "mongodb://h:1/?a=b\n");
        String job = SMALLEST.replace("{coll", "{uri: ${file:" + file + "}, coll");
        assertThat(parse(job).source().uri().reveal()).isEqualTo("mongodb://h:1/?a=b");
        assertThat(parse(job.replace("uri}", "none:-mongodb://d:2}"))
                        .source()
                        .uri()
                        .reveal())
                .isEqualTo("mongodb://d:2");
        assertThatThrownBy(() -> parse(job.replace("uri}", "none}")))
                .hasMessageContaining("source.uri: there is no file " + folder.resolve("none"));
        assertThatThrownBy(() -> parse(job.replace("/uri}", "}")))
                .hasMessageContaining("source.uri: the file " + folder + " cannot be read as text");
        assertThatThrownBy(() -> parse(job.replace("file:/", "file:")))
                .hasMessageContaining("malformed placeholder, expected ${NAME}, ${NAME:-default} or ${file:/path}");
    }

    @Test
    void aPlaceholderNeedsNoQuotesInsideBraces() {
        JobSpec job = parse(SMALLEST.replace("{coll", "{uri: ${URI:-mongodb://h:1/?a=b}, coll"));
        assertThat(job.source().uri().reveal()).isEqualTo("mongodb://h:1/?a=b");
    }

    @Test
    void valuesOfEveryKindMayComeFromTheEnvironment() {
        JobSpec job = parse(
                SMALLEST.replace(
                                "{coll",
                                "{snapshot: {adaptive: ${NO}, split-size: ${N} mb, read-preference: ${R}}, coll")
                        + "pipeline: {parallelism: ${N}}\n",
                Map.of("NO", "false", "N", "3", "R", "nearest"));
        assertThat(job.source().snapshot().adaptive()).isFalse();
        assertThat(job.source().snapshot().splitSize()).isEqualTo(MemorySize.ofMebiBytes(3));
        assertThat(job.source().snapshot().readPreference()).isEqualTo(SnapshotSpec.ReadPreferenceMode.NEAREST);
        assertThat(job.pipeline().parallelism()).isEqualTo(3);
    }

    @Test
    void anotherParallelismStaysWithinTheGreatest() {
        PipelineSpec pipeline = parse(SMALLEST).pipeline();
        assertThat(pipeline.withParallelism(1024).parallelism()).isEqualTo(1024);
        assertThatThrownBy(() -> pipeline.withParallelism(1025))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 1 to max-parallelism (1024), found 1025");
        assertThatThrownBy(() -> pipeline.withParallelism(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPatternMatchesAFullNameAsAWhole() {
        CollectionSelector pattern = CollectionSelector.parse("/geo\\..*/");
        assertThat(pattern.matches("geo.cities")).isTrue();
        assertThat(pattern.matches("my.geo.cities")).isFalse();
        assertThat(CollectionSelector.parse("geo.cities").matches("geo.cities")).isTrue();
        assertThat(CollectionSelector.parse("geo.cities").matches("geoxcities")).isFalse();
    }
}
