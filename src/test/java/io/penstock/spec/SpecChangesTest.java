/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Which changes of a job file a job can go on with: a decision for every key that there is. */
class SpecChangesTest {
    private static final String JOB =
            """
            name: a
            source:
              type: mongodb
              uri: mongodb://one
              collections: [shop.a, /shop\\.x.*/]
              snapshot:
                split-size: 1 mb
                max-documents-per-split: 1
                max-documents-per-second: 1
                max-bytes-per-second: 1 mb
                read-preference: secondary
                tags: [{dc: east}]
                adaptive: true
              stream: {batch-size: 1, max-await-time: 1 s}
              startup: {mode: initial}
              on-history-lost: fail
            reconcile: {mode: images, tombstone-grace: 1 h, pending-limit: 1 mb}
            sinks:
              - {type: files, name: out, collections: [shop.a], path: out, format: ndjson, compression: none}
              - {type: files, name: table, path: table, format: parquet, unfit: text,
                 columns: [{collection: a.b, columns: [{name: n, type: int}]}]}
              - {type: kafka, name: bus, collections: [/shop\\..*/], bootstrap-servers: h, topic: t, format: json, partitions: 1, replication-factor: 1,
                 transactional-id-prefix: p, properties: {acks: all}}
              - {type: jdbc, name: base, collections: [shop.a, shop.xa], url: "jdbc:postgresql://h/d", username: u, password: "${SECRET:-x}", schema: s, table: c,
                 create-table: true, columns: [{name: id}], columns-from: job-file, when-down: fall-behind, max-behind: 7 mb,
                 tables: [{collection: a.b, columns: [{name: n}]}]}
              - {type: mongodb, name: other, collections: [shop.xb], uri: "mongodb://three", mode: transactional, database: d1, collection: c1, staging-database: s1,
                 metadata-field: m1, when-down: fall-behind, max-behind: 5 mb}
            dead-letters: {type: kafka, bootstrap-servers: dead, topic: letters, properties: {client.id: one}, max-count: 10, max-rate: 0.5}
            windows: {every: 1 min, manifests: true, signing-key: one.pem}
            metadata: {uri: mongodb://meta, database: m, lease: 9 s, retention: {progress: 8 d, manifests: 1 d}}
            pipeline:
              parallelism: 1
              max-parallelism: 128
              checkpoint-interval: 1 s
              checkpoint-timeout: 1 min
              state-dir: state
              restart: {attempts: 1, initial-delay: 1 s, max-delay: 1 min}
            """;

    private static final String DEAD =
            "{type: kafka, bootstrap-servers: dead, topic: letters, properties: {client.id: one}";

    /** Keys with one value only, so far. */
    private static final Set<String> UNCHANGEABLE = Set.of("source.type");

    /**
     * Each key, what it is changed from and to, and a word of what is said about it; one that begins with an exclamation mark is refused.
     */
    static final List<List<String>> TABLE = List.of(
            List.of("name", "name: a\n", "name: b\n", "!another job"),
            List.of("source.uri", "mongodb://one", "mongodb://two", "same deployment"),
            List.of("source.collections", "[shop.a, /", "[shop.b, shop.a, /", "With shop.b: the present content"),
            List.of("source.snapshot.split-size", "split-size: 1 mb", "split-size: 2 mb", "not been cut yet"),
            List.of("source.snapshot.max-documents-per-split", "per-split: 1", "per-split: 2", "not been cut yet"),
            List.of(
                    "source.snapshot.max-documents-per-second",
                    "documents-per-second: 1",
                    "documents-per-second: 2",
                    "now on"),
            List.of(
                    "source.snapshot.max-bytes-per-second",
                    "bytes-per-second: 1 mb",
                    "bytes-per-second: 2 mb",
                    "now on"),
            List.of("source.snapshot.read-preference", "secondary\n", "nearest\n", "still to be read"),
            List.of("source.snapshot.tags", "{dc: east}", "{dc: west}", "still to be read"),
            List.of("source.snapshot.adaptive", "adaptive: true", "adaptive: false", "now on"),
            List.of("source.stream.batch-size", "batch-size: 1", "batch-size: 2", "now on"),
            List.of("source.on-history-lost", "on-history-lost: fail", "on-history-lost: resnapshot", "now on"),
            List.of("source.stream.max-await-time", "await-time: 1 s", "await-time: 2 s", "now on"),
            List.of("source.startup.mode", "mode: initial", "mode: latest", "without their present content"),
            List.of("source.startup.mode", "mode: initial", "mode: incremental", "last window bound before it"),
            List.of(
                    "source.startup.timestamp",
                    "mode: initial",
                    "mode: timestamp, timestamp: 2026-01-01T00:00:00Z",
                    "!goes on where it stopped"),
            List.of("reconcile.mode", "mode: images", "mode: versions", "!made for one of them"),
            List.of("reconcile.tombstone-grace", "grace: 1 h", "grace: 2 h", "from now on"),
            List.of("reconcile.pending-limit", "limit: 1 mb", "limit: 2 mb", "now on"),
            List.of(
                    "sinks[out].collections",
                    "[shop.a], path",
                    "[shop.a, shop.x1], path",
                    "With shop.x1: of collections"),
            List.of("sinks[bus].collections", "[/shop\\..*/], boot", "[shop.a], boot", "without /shop\\..*/: of"),
            List.of("sinks[base].collections", "[shop.a, shop.xa]", "[shop.xa]", "gets no later change"),
            List.of("sinks[other].collections", "collections: [shop.xb], ", "", "With all others: of"),
            List.of("sinks[out].format", "ndjson", "bson", "!two formats"),
            List.of("sinks[out].path", "path: out", "path: other", "!from now on only"),
            List.of("sinks[out].compression", "none", "gzip", "new files"),
            List.of("sinks[table].columns", "type: int", "type: long", "new files"),
            List.of("sinks[table].unfit", "unfit: text", "unfit: null", "new files"),
            List.of("sinks[bus].bootstrap-servers", "servers: h", "servers: i", "same cluster"),
            List.of("sinks[bus].topic", "topic: t", "topic: u", "!from now on only"),
            List.of("sinks[bus].format", "format: json", "format: bson", "!two formats"),
            List.of("sinks[bus].partitions", "partitions: 1", "partitions: 2", "created from now on"),
            List.of("sinks[bus].replication-factor", "factor: 1", "factor: 2", "created from now on"),
            List.of("sinks[bus].transactional-id-prefix", "prefix: p", "prefix: q", "!held by nobody"),
            List.of("sinks[bus].properties", "acks: all", "linger.ms: 5", "now on"),
            List.of("sinks[base].url", "postgresql://h/d", "postgresql://i/d", "same database"),
            List.of("sinks[base].username", "username: u", "username: v", "now on"),
            List.of("sinks[base].password", "${SECRET:-x}", "${SECRET:-y}", "now on"),
            List.of("sinks[base].schema", "schema: s", "schema: t", "!from now on only"),
            List.of("sinks[base].table", " table: c", " table: d", "!from now on only"),
            List.of("sinks[base].create-table", "create-table: true", "create-table: false", "now on"),
            List.of(
                    "sinks[base].tables",
                    "{collection: a.b, columns: [{name: n}]}",
                    "{collection: a.c, columns: [{name: n}]}",
                    "change from now on"),
            List.of(
                    "sinks[base].columns-from",
                    "columns: [{name: id}], columns-from: job-file",
                    "columns-from: schema",
                    "stop with a savepoint"),
            List.of(
                    "sinks[base].when-down",
                    "when-down: fall-behind, max-behind: 7 mb",
                    "when-down: hold-back",
                    "!in the staging area by the other"),
            List.of("sinks[base].max-behind", "max-behind: 7 mb", "max-behind: 8 mb", "now on"),
            List.of(
                    "sinks[other].when-down",
                    "when-down: fall-behind, max-behind: 5 mb",
                    "when-down: hold-back",
                    "!in the staging area by the other"),
            List.of("sinks[other].max-behind", "max-behind: 5 mb", "max-behind: 8 mb", "now on"),
            List.of("sinks[base].columns", "[{name: id}]", "[{name: id, type: json}]", "empty in columns that are new"),
            List.of("sinks[other].uri", "mongodb://three", "mongodb://four", "same deployment"),
            List.of(
                    "sinks[other].mode",
                    "mode: transactional, database: d1, collection: c1, staging-database: s1,\n     metadata-field: m1, when-down: fall-behind, max-behind: 5 mb",
                    "mode: upsert, database: d1, collection: c1, staging-database: s1, metadata-field: m1",
                    "!never apply"),
            List.of("sinks[other].database", "database: d1", "database: d2", "!from now on only"),
            List.of("sinks[other].collection", "collection: c1", "collection: c2", "!from now on only"),
            List.of("sinks[other].staging-database", "database: s1", "database: s2", "!stay in the old one"),
            List.of("sinks[other].metadata-field", "field: m1", "field: m2", "!not be found any more"),
            List.of("dead-letters.type", DEAD, "{type: files, path: dead", "stay there"),
            List.of("dead-letters.path", DEAD, "{type: files, path: dead", "stay there"),
            List.of("dead-letters.bootstrap-servers", "servers: dead", "servers: other", "stay there"),
            List.of("dead-letters.topic", "topic: letters", "topic: others", "stay there"),
            List.of("dead-letters.properties", "client.id: one", "client.id: two", "now on"),
            List.of("dead-letters.max-count", "max-count: 10", "max-count: 11", "now on"),
            List.of("dead-letters.max-rate", "max-rate: 0.5", "max-rate: 0.75", "now on"),
            List.of("windows.every", "every: 1 min", "every: 2 min", "!generation"),
            List.of("windows.manifests", "manifests: true", "manifests: false", "nor can be again"),
            List.of("windows.signing-key", "one.pem", "two.pem", "now on"),
            List.of("metadata.uri", "mongodb://meta", "mongodb://moved", "same deployment"),
            List.of("metadata.database", "database: m", "database: n", "!only one run"),
            List.of("metadata.lease", "lease: 9 s", "lease: 8 s", "now on"),
            List.of("metadata.retention.progress", "progress: 8 d", "progress: 9 d", "from now on"),
            List.of("metadata.retention.manifests", "manifests: 1 d", "manifests: 2 d", "from now on"),
            List.of("pipeline.parallelism", " parallelism: 1\n", " parallelism: 2\n", "dealt out anew"),
            List.of("pipeline.max-parallelism", "max-parallelism: 128", "max-parallelism: 256", "!once and for all"),
            List.of("pipeline.checkpoint-interval", "interval: 1 s", "interval: 2 s", "now on"),
            List.of("pipeline.checkpoint-timeout", "timeout: 1 min", "timeout: 2 min", "now on"),
            List.of("pipeline.state-dir", "state-dir: state", "state-dir: other", "!record"),
            List.of("pipeline.restart.attempts", "attempts: 1", "attempts: 2", "now on"),
            List.of("pipeline.restart.initial-delay", "initial-delay: 1 s", "initial-delay: 2 s", "now on"),
            List.of("pipeline.restart.max-delay", "max-delay: 1 min", "max-delay: 2 min", "now on"));

    private static JobSpec parse(String text) {
        return JobSpec.parse("a.yaml", text, Map.<String, String>of()::get);
    }

    private static List<SpecChange> changes(String from, String to) {
        assertThat(JOB).containsOnlyOnce(from);
        return SpecChanges.between(parse(JOB), parse(JOB.replace(from, to))).all();
    }

    @ParameterizedTest
    @FieldSource("TABLE")
    void eachKeyIsDecided(List<String> row) {
        SpecChange change = changes(row.get(1), row.get(2)).stream()
                .filter(each -> each.key().equals(row.get(0)))
                .findFirst()
                .orElseThrow();
        boolean refused = row.get(3).startsWith("!");
        assertThat(change.meaning()).contains(row.get(3).substring(refused ? 1 : 0));
        assertThat(change.isCompatible()).isEqualTo(!refused);
        assertThat(change.toString()).startsWith(row.get(0) + ": ").doesNotContain("null");
    }

    /** A new key fails here until somebody has thought about it. */
    @Test
    void everyKeyOfTheModelHasItsRuleAndItsRow() {
        Set<String> keys = new TreeSet<>();
        collect("", JobSpec.class, keys);
        Set<String> rows = new TreeSet<>(UNCHANGEABLE);
        TABLE.forEach(row -> rows.add(row.get(0)
                .replace("[out]", ".files")
                .replace("[table]", ".files")
                .replace("[bus]", ".kafka")
                .replace("[base]", ".jdbc")
                .replace("[other]", ".mongodb")));
        rows.addAll(Set.of("sinks.files.name", "sinks.kafka.name", "sinks.jdbc.name", "sinks.mongodb.name"));
        assertThat(rows).isEqualTo(keys);
        assertThat(keys).allSatisfy(key -> assertThat(ChangeRules.of(key)).isNotNull());
    }

    private static void collect(String path, Type type, Set<String> keys) {
        if (type instanceof Class<?> section && section.isRecord() && !Scalar.knows(section)) {
            Keys.entries(section).forEach(entry -> collect(path(path, entry.name()), entry.type(), keys));
        } else if (Keys.isList(type) && Keys.lastArgument(type) == SinkSpec.class) {
            for (Class<?> kind : SinkSpec.class.getPermittedSubclasses()) {
                collect(path(path, Keys.spellings(kind).get(0)), kind, keys);
            }
        } else {
            keys.add(path);
        }
    }

    private static String path(String section, String key) {
        return section.isEmpty() ? key : section + "." + key;
    }

    @Test
    void theSameFileInOtherWordsHasNoChanges() {
        SpecChanges changes = SpecChanges.between(parse(JOB), parse(JOB.replace("1 mb", "1024 kb")));
        assertThat(changes.all()).isEmpty();
        assertThat(changes.areCompatible()).isTrue();
    }

    @Test
    void oneRefusalRefusesAllAndEachIsNamed() {
        SpecChanges changes = SpecChanges.between(
                parse(JOB),
                parse(JOB.replace(" parallelism: 1\n", " parallelism: 2\n")
                        .replace("every: 1 min", "every: 2 min")
                        .replace("mode: images", "mode: versions")));
        assertThat(changes.areCompatible()).isFalse();
        assertThat(changes.all())
                .extracting(SpecChange::key)
                .containsExactly("reconcile.mode", "windows.every", "pipeline.parallelism");
        assertThat(changes.refused()).extracting(SpecChange::key).containsExactly("reconcile.mode", "windows.every");
    }

    @ParameterizedTest
    @CsvSource({
        "initial, latest, true",
        "initial, snapshot-only, false",
        "latest, initial, false",
        "latest, snapshot-only, false",
        "snapshot-only, initial, false",
        "snapshot-only, latest, false",
    })
    void aJobBeginsOnce(String before, String after, boolean compatible) {
        SpecChanges changes = SpecChanges.between(
                parse(JOB.replace("mode: initial", "mode: " + before)),
                parse(JOB.replace("mode: initial", "mode: " + after)));
        assertThat(changes.all()).singleElement().matches(change -> change.isCompatible() == compatible);
    }

    @Test
    void aSinkIsAddedOrRemovedByItsName() {
        String third = "- {type: files, name: third, path: third}\n  - {type: files, name: out";
        SpecChange added = changes("- {type: files, name: out", third).get(0);
        assertThat(added.key()).isEqualTo("sinks[third]");
        assertThat(added.meaning()).contains("begins with the next change");
        assertThat(added.isCompatible()).isTrue();

        JobSpec with = parse(JOB.replace("- {type: files, name: out", third));
        SpecChanges removed = SpecChanges.between(with, parse(JOB));
        assertThat(removed.all()).singleElement().satisfies(change -> {
            assertThat(change.isCompatible()).isTrue();
            assertThat(change.meaning()).contains("allowNonRestoredState");
        });
        assertThat(SpecChanges.leavesState(with, parse(JOB))).isTrue();
        assertThat(SpecChanges.leavesState(parse(JOB), with)).isFalse();
    }

    @Test
    void aSinkUnderAnotherNameIsAnotherSinkAndMayNotTakeItsPlace() {
        for (String name : List.of("out", "bus")) {
            List<SpecChange> changes = changes("name: " + name + ",", "name: new,");
            assertThat(changes).hasSize(2);
            assertThat(changes.get(0).isCompatible()).isFalse();
            assertThat(changes.get(0).instead()).contains("keep the name '" + name + "'");
        }
        String moved = JOB.replace(
                "name: out, collections: [shop.a], path: out", "name: new, collections: [shop.a], path: new");
        assertThat(SpecChanges.between(parse(JOB), parse(moved)).areCompatible())
                .isTrue();
    }

    @Test
    void aSinkOfAnotherTypeUnderTheSameNameIsRefused() {
        JobSpec other = parse(JOB.replace("name: out", "name: x").replace("name: bus", "name: out"));
        SpecChanges changes = SpecChanges.between(parse(JOB), other);
        assertThat(changes.refused()).extracting(SpecChange::key).contains("sinks[out]");
    }

    @Test
    void aSinksCollectionsAreNamedOneByOne() {
        assertThat(changes("[shop.a, shop.xa]", "[shop.xa, shop.a]").get(0).meaning())
                .isEqualTo("the same in another order");
        assertThat(changes("[shop.a, shop.xa]", "[shop.a, shop.xb]").get(0).meaning())
                .startsWith("without shop.xa: ")
                .contains("what it has of them stays. With shop.xb: ")
                .contains("begins with the next change");
        JobSpec all = parse(JOB.replace("collections: [shop.xb], ", ""));
        assertThat(SpecChanges.between(all, parse(JOB)).all())
                .singleElement()
                .satisfies(change -> assertThat(change.meaning()).startsWith("without all others: "));
        assertThat(SpecChanges.leavesState(parse(JOB), all)).isFalse();
    }

    @Test
    void metadataMayBeAddedAndNotRemoved() {
        JobSpec with = parse(JOB);
        JobSpec without = parse(JOB.replaceAll("metadata: .*\\n", ""));
        assertThat(without.metadata()).isNull();
        assertThat(SpecChanges.between(without, with).all()).singleElement().satisfies(change -> {
            assertThat(change.isCompatible()).isTrue();
            assertThat(change.meaning()).contains("record moves");
        });
        assertThat(SpecChanges.between(with, without).refused())
                .singleElement()
                .satisfies(change -> assertThat(change.instead()).contains("keep the section"));
    }

    @Test
    void collectionsAreNamedOneByOne() {
        assertThat(changes("[shop.a, /shop\\.x.*/]", "[/shop\\.x.*/, shop.a]")
                        .get(0)
                        .meaning())
                .isEqualTo("the same in another order");
        assertThat(changes("[shop.a, /shop\\.x.*/]", "[/shop\\..*/]").get(0).meaning())
                .startsWith("without shop.a, /shop\\.x.*/: ")
                .contains("With /shop\\..*/: the present content");
        assertThat(SpecChanges.between(
                                parse(JOB.replace("mode: initial", "mode: snapshot-only")),
                                parse(JOB.replace("mode: initial", "mode: snapshot-only")
                                        .replace("shop.a", "shop.b")))
                        .areCompatible())
                .isFalse();
    }

    /** Values may come from the environment, and then no message shows them. */
    @Test
    void noValueIsShown() {
        String shown = SpecChanges.between(
                        parse(JOB),
                        parse(JOB.replace("mongodb://one", "mongodb://hidden")
                                .replace("path: out", "path: hidden")
                                .replace("acks: all", "linger.ms: hidden")))
                .toString();
        assertThat(shown).contains("source.uri").doesNotContain("hidden");
    }
}
