/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said about a job file that is wrong, and where. */
class SpecProblemsTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("SECRET", "hunter2", "COUNT", "many", "URI", "mongodb://u:hunter2@host:99999999");

    private static final String HEAD = "name: a\nsource: {collections: [geo.cities]}\n";
    private static final String VALID = HEAD + "sinks: [{type: files, path: out}]\n";

    static List<String> problems(String text) {
        SpecException refused =
                catchThrowableOfType(SpecException.class, () -> JobSpec.parse("jobs/a.yaml", text, ENVIRONMENT::get));
        return refused == null
                ? List.of()
                : refused.problems().stream().map(SpecProblem::toString).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# a comment alone\n"})
    void anEmptyFileIsSaidToBeEmpty(String text) {
        assertThat(problems(text))
                .containsExactly("jobs/a.yaml:1:1: the file is empty, expected a job: at least name, source and sinks");
    }

    @Test
    void missingKeysAreNamedWithTheirMeaning() {
        assertThat(problems("windows: {every: 1 min}\nsource:\n  type: mongodb\n"))
                .satisfiesExactly(
                        name -> assertThat(name).startsWith("jobs/a.yaml:1:1: missing key 'name': The job's name"),
                        sinks -> assertThat(sinks).startsWith("jobs/a.yaml:1:1: missing key 'sinks': "),
                        collections -> assertThat(collections)
                                .startsWith("jobs/a.yaml:3:3: source: missing key 'collections': "));
    }

    @Test
    void aSlipInAKeyIsAnsweredWithTheKeyThatWasMeant() {
        assertThat(problems(VALID + "pipeline:\n  paralellism: 2\n"))
                .containsExactly("jobs/a.yaml:5:3: pipeline: unknown key 'paralellism', did you mean 'parallelism'?");
        assertThat(problems(VALID + "pipeline:\n  CheckpointInterval: 2 s\n"))
                .containsExactly(
                        "jobs/a.yaml:5:3: pipeline: unknown key 'CheckpointInterval', did you mean 'checkpoint-interval'?");
    }

    @Test
    void aKeyLikeNoOtherIsAnsweredWithAllThatAreKnown() {
        assertThat(problems(VALID + "windows: {colour: red}\n"))
                .containsExactly(
                        "jobs/a.yaml:4:11: windows: unknown key 'colour', expected one of every, manifests, signing-key");
    }

    @Test
    void aDuplicateKeyNamesTheLineOfTheFirst() {
        assertThat(problems(VALID + "name: b\n"))
                .containsExactly("jobs/a.yaml:4:1: duplicate key 'name', first on line 1");
    }

    @Test
    void columnsOfTablesHaveNamesOfTheirOwnAndAreDeclaredOrMadeOfFields() {
        String jdbc = "name: a\nsource: {collections: [a.b]}\nsinks:\n  - {type: jdbc, url: 'jdbc:postgresql://h/d', ";
        assertThat(problems(jdbc + "columns: [{name: n}], columns-from: schema}\n"))
                .containsExactly(
                        "jobs/a.yaml:4:57: sinks[0].columns: not with columns-from: schema; the columns of single"
                                + " collections belong into 'tables'");
        assertThat(problems(jdbc + "tables: [{collection: a.b, columns: [{name: n}, {name: n}, {name: penstock_x}]},"
                        + " {collection: a.b, columns: [{name: n}]}], columns-from: schema}\n"))
                .satisfiesExactly(
                        twice -> assertThat(twice)
                                .contains("sinks[0].tables[0].columns[1].name: the column is listed twice"),
                        own -> assertThat(own)
                                .contains("sinks[0].tables[0].columns[2].name")
                                .contains("sink's own"),
                        entry -> assertThat(entry).contains("sinks[0].tables[1].collection: has sinks[0].tables[0]"));
        assertThat(problems(jdbc + "columns-from: schema}\n")).isEmpty();
    }

    @Test
    void aBoundIsForASinkThatMayFallBehindAndThatIsOneThatStages() {
        String sinks = "name: a\nsource: {collections: [a.b]}\nsinks:\n";
        assertThat(problems(sinks + "  - {type: jdbc, url: 'jdbc:postgresql://h/d', max-behind: 2 mb}\n"))
                .singleElement()
                .asString()
                .contains("sinks[0].max-behind: only with when-down: fall-behind");
        assertThat(problems(sinks + "  - {type: mongodb, uri: 'mongodb://h', mode: upsert, when-down: fall-behind}\n"))
                .singleElement()
                .asString()
                .contains("sinks[0].when-down: fall-behind is only with mode: transactional");
        assertThat(problems(
                        sinks + "  - {type: mongodb, uri: 'mongodb://h', when-down: fall-behind, max-behind: 2 kb}\n"))
                .singleElement()
                .asString()
                .contains("sinks[0].max-behind");
        assertThat(problems(sinks + "  - {type: mongodb, uri: 'mongodb://h', when-down: fall-behind}\n"))
                .isEmpty();
    }

    @Test
    void aSinkExportsCollectionsThatTheSourceSelects() {
        assertThat(
                        problems(
                                """
                        name: a
                        source: {collections: [geo.cities, /shop\\..*/, geo.x]}
                        sinks:
                          - {type: files, path: out, collections: [geo.cities, shop.any, "/ge.*/", /x.*/]}
                          - type: kafka
                            bootstrap-servers: h
                            topic: t
                            collections:
                              - geo.towns
                              - geo.cities
                              - geo.cities
                          - {type: jdbc, url: "jdbc:postgresql://h/d", collections: []}
                          - {type: mongodb, uri: "mongodb://h", collections: [geo]}
                        """))
                .containsExactly(
                        "jobs/a.yaml:9:9: sinks[1].collections[0]: selects nothing that source.collections does",
                        "jobs/a.yaml:11:9: sinks[1].collections[2]: the collection is listed twice",
                        "jobs/a.yaml:12:61: sinks[2].collections: expected at least 1 entry, found an empty list",
                        "jobs/a.yaml:13:55: sinks[3].collections[0]: expected a collection, found 'geo': a full name is"
                                + " database.collection");
        // Of names alone a pattern can tell whether it selects one.
        assertThat(problems(HEAD + "sinks: [{type: files, path: out, collections: [/geo.c.*/, /shop.*/]}]\n"))
                .containsExactly(
                        "jobs/a.yaml:3:59: sinks[0].collections[1]: selects nothing that source.collections does");
        assertThat(problems(
                        "name: a\nsource: {collections: [geo]}\nsinks: [{type: files, path: o, collections: [a.b]}]\n"))
                .as("what the source selects is not known")
                .hasSize(1);
    }

    @Test
    void columnsAreThoseOfParquetFilesAndHaveNamesOfTheirOwn() {
        assertThat(
                        problems(
                                HEAD
                                        + """
                        sinks:
                          - {type: files, path: a, columns: [{collection: a.b, columns: [{name: n, type: int}]}], unfit: null}
                          - type: files
                            name: table
                            path: b
                            format: parquet
                            columns:
                              - collection: a.b
                                columns:
                                  - {name: n, type: number}
                                  - {name: N, type: "decimal(3,4)"}
                                  - {name: Version, type: int}
                                  - {name: m, path: 'a\\x', type: int}
                              - {collection: a.b, columns: [{name: n, path: a.b, type: "decimal(38, 2)"}]}
                        """))
                .containsExactly(
                        "jobs/a.yaml:4:37: sinks[0].columns: only with format: parquet",
                        "jobs/a.yaml:4:98: sinks[0].unfit: only with format: parquet",
                        "jobs/a.yaml:12:29: sinks[1].columns[0].columns[0].type: expected a line of text matching"
                                + " boolean|int|long|double|timestamp|string|binary|json"
                                + "|decimal\\((?:[1-9]|[12][0-9]|3[0-8]), ?(?:[0-9]|[12][0-9]|3[0-8])\\), found 'number'",
                        "jobs/a.yaml:13:20: sinks[1].columns[0].columns[1].name: is sinks[1].columns[0].columns[0]'s already;"
                                + " many readers do not tell case apart",
                        "jobs/a.yaml:13:29: sinks[1].columns[0].columns[1].type: more digits behind the point than in all",
                        "jobs/a.yaml:14:20: sinks[1].columns[0].columns[2].name: every file has a column of that name; call it"
                                + " something else",
                        "jobs/a.yaml:15:29: sinks[1].columns[0].columns[3].path: expected a line of text matching"
                                + " (?:[^\\\\]|\\\\[.\\\\])+, found 'a\\x'",
                        "jobs/a.yaml:16:22: sinks[1].columns[1].collection: has sinks[1].columns[0] already, which is the one that"
                                + " counts");
    }

    @Test
    void whatIsNotBuiltYetIsNotCalledUnknown() {
        assertThat(
                        problems(
                                HEAD
                                        + """
                        transform: []
                        sinks:
                          - {type: mongodb, uri: "mongodb://h"}
                        """))
                .containsExactly("jobs/a.yaml:3:1: 'transform' is not built yet in this version; remove it");
    }

    @Test
    void progressNeedsAMetadataStoreToKnowItFrom() {
        String job = "name: a\nsource: {collections: [a.b], startup: {mode: progress}}\n"
                + "sinks: [{type: files, path: out}]\n";
        assertThat(problems(job))
                .containsExactly(
                        "jobs/a.yaml:2:46: source.startup.mode: progress is what a metadata store knows of the job: it"
                                + " needs the section 'metadata'");
        assertThat(problems(job + "metadata: {}\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    pipeline: {parallelism: two}          | pipeline.parallelism: expected a whole number from 1 to 32768, found 'two'
                    pipeline: {parallelism: 0}            | pipeline.parallelism: expected a whole number from 1 to 32768, found the number '0'
                    pipeline: {parallelism: 99999999999}  | pipeline.parallelism: expected a whole number from 1 to 32768, found the number '99999999999'
                    pipeline: {parallelism: 010}          | pipeline.parallelism: expected a whole number from 1 to 32768, found the number '010'
                    pipeline: {parallelism: '2'}          | pipeline.parallelism: expected a whole number from 1 to 32768, found '2'
                    pipeline: {parallelism: [2]}          | pipeline.parallelism: expected a whole number from 1 to 32768, found a list
                    pipeline: {checkpoint-interval: 5}    | pipeline.checkpoint-interval: expected a duration such as 5 s of at least 100 ms, found the number '5'
                    pipeline: {checkpoint-interval: 5 ss} | pipeline.checkpoint-interval: expected a duration such as 5 s of at least 100 ms, found '5 ss'
                    pipeline: {state-dir: 5}              | pipeline.state-dir: expected a line of text, found the number '5' (put it in quotes)
                    pipeline: {state-dir: ''}             | pipeline.state-dir: expected a line of text, found ''
                    pipeline: {state-dir: "a\\0b"}       | pipeline.state-dir: expected a line of text, found 'a\\u0000b'
                    pipeline: 5                           | pipeline: expected a section (keys and values), found the number '5'
                    pipeline:                             | pipeline: expected a section (keys and values), found nothing
                    reconcile: {pending-limit: 1.5 mb}    | reconcile.pending-limit: expected a size such as 64 mb from 64 kb to 256 mb, found '1.5 mb'
                    reconcile: {pending-limit: 1 gb}      | reconcile.pending-limit: expected a size such as 64 mb from 64 kb to 256 mb, found '1 gb'
                    reconcile: {mode: image}              | reconcile.mode: expected one of images, versions, found 'image', did you mean 'images'?
                    windows: {signing-key: '-----BEGIN PRIVATE KEY-----'} | windows.signing-key: a key is written out here; put it into an environment variable, ${NAME}, or name its file
                    windows: {every: 1500 ms}             | windows.every: expected whole seconds: cluster time counts seconds
                    pipeline: {parallelism: 2000}         | pipeline.parallelism: greater than pipeline.max-parallelism (1024)
                    pipeline: {state-dir: out/state}      | sinks[0].path: is, or overlaps, pipeline.state-dir (out/state)
                    dead-letters: {max-rate: 1.01}        | dead-letters.max-rate: expected a number from 0 to 1, found the number '1.01'
                    dead-letters: {max-rate: 1e-3}        | dead-letters.max-rate: expected a number from 0 to 1, found the number '1e-3'
                    dead-letters: {type: metadata}        | dead-letters.type: the metadata store is named by the section 'metadata', which the job does not have; files keeps dead letters in a folder
                    dead-letters: {path: dead}            | dead-letters.path: only with type: files
                    dead-letters: {type: files, topic: t} | dead-letters.topic: only with type: kafka
                    dead-letters: {type: kafka}           | dead-letters.bootstrap-servers: missing with type: kafka
                    dead-letters: {type: files, path: out/dead} | dead-letters.path: is, or overlaps, the folder of sinks[0]
                    dead-letters: {type: files, path: data} | dead-letters.path: is, or holds, pipeline.state-dir (data/a/state); a folder in that may be named
                    dead-letters: {type: kafka, bootstrap-servers: h, topic: ..} | dead-letters.topic: not a topic's name
                    dead-letters: {type: kafka, bootstrap-servers: h, properties: {acks: 1}} | dead-letters.properties.acks: is set by the job; remove it
                    dead-letters: {type: kafka, bootstrap-servers: h, properties: {sasl.jaas.config: x}} | dead-letters.properties.sasl.jaas.config: a secret is written out here; put it, or its secret part, into an environment variable: ${NAME}
                    pipeline: {parallelism: "${COUNT}"}   | pipeline.parallelism: expected a whole number from 1 to 32768, found '${COUNT}' (whose value is not shown)
                    pipeline: {parallelism: "${NONE}"}    | pipeline.parallelism: the environment variable NONE is not set (${NONE:-…} would give it a default)
                    pipeline: {state-dir: "a${b"}         | pipeline.state-dir: malformed placeholder, expected ${NAME}, ${NAME:-default} or ${file:/path} ($$ stands for one dollar sign)
                    """)
    void aWrongValueIsSaidWithWhatWasExpected(String line, String message) {
        assertThat(problems(VALID + line + "\n")).singleElement().satisfies(problem -> assertThat(problem)
                .matches("jobs/a\\.yaml:[34]:\\d+: .*")
                .endsWith(": " + message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    geo              | found 'geo': a full name is database.collection
                    5                | found the number '5'
                    /a(/             | found '/a(/': the regular expression is wrong: Unclosed group near character 3
                    /geo.a           | found '/geo.a': a regular expression stands between two slashes
                    admin.users      | found 'admin.users': the server's own databases (admin, config, local) can't be exported
                    geo.system.views | found 'geo.system.views': system collections can't be exported
                    a b.c            | found 'a b.c': MongoDB doesn't allow this name (a regular expression stands between slashes)
                    geo.*            | found 'geo.*': an asterisk has no meaning here; a regular expression stands between slashes, as /geo\\..*/
                    """)
    void aCollectionThatCannotBeExportedIsRefused(String collection, String message) {
        assertThat(problems(VALID.replace("geo.cities", collection)))
                .containsExactly("jobs/a.yaml:2:24: source.collections[0]: expected a collection, " + message);
    }

    @Test
    void sinksMayNotShareANameAFolderOrAPrefix() {
        assertThat(
                        problems(
                                HEAD
                                        + """
                        sinks:
                          - {type: files, path: out/x}
                          - {type: files, path: out/./y/../x/z}
                          - {name: k1, type: kafka, bootstrap-servers: h, topic: t, transactional-id-prefix: p}
                          - {name: k2, type: kafka, bootstrap-servers: h, topic: "${collection}", transactional-id-prefix: p}
                        """))
                .containsExactly(
                        "jobs/a.yaml:5:5: sinks[1].name: the name 'files' is sinks[0]'s already; give each sink a name of its own",
                        "jobs/a.yaml:5:25: sinks[1].path: is, or overlaps, the folder of sinks[0]",
                        "jobs/a.yaml:7:100: sinks[3].transactional-id-prefix: is sinks[2]'s already; transactions would cut each other off");
    }

    @Test
    void secretsWrittenOutAreRefusedAndNotRepeated() {
        assertThat(
                        problems(
                                "name: a\nsource: {uri: 'mongodb://u:hunter2@host', collections: [a.b]}\n"
                                        + "sinks: [{type: kafka, bootstrap-servers: h, topic: t, properties: {ssl.key.password: hunter2}}]\n"))
                .hasSize(2)
                .allSatisfy(
                        line -> assertThat(line).contains("is written out here").doesNotContain("hunter2"));
        assertThat(problems(VALID.replace("[geo.cities]", "mongodb://u:hunter2@host")))
                .containsExactly("jobs/a.yaml:2:23: source.collections: expected a list, found 'mongodb://…@host'");
    }

    @Test
    void anAddressFromTheEnvironmentIsCheckedAndNotShown() {
        assertThat(problems(VALID.replace("{coll", "{uri: ${URI}, coll")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("jobs/a.yaml:2:15: source.uri: expected mongodb://")
                        .doesNotContain("hunter2")
                        .doesNotContain("9999"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    name: a\\n\\tsource: b       | jobs/a.yaml:2:1: not YAML: a tab; indent with spaces
                    a: {b: c\\nd: e              | jobs/a.yaml:2:2: not YAML: while parsing a flow mapping (from line 1): expected ',' or '}', but got :
                    a: *b                        | jobs/a.yaml:1:4: not YAML: found an undefined alias
                    a: 1\\n---\\nb: 2            | jobs/a.yaml:2:1: not YAML: expected a single document in the stream (from line 1): but found another document
                    a: 1\\nb: \\7            | jobs/a.yaml:2:4: not YAML: the character U+0007 is not allowed
                    """)
    void aSyntaxErrorHasItsPlace(String text, String problem) {
        assertThat(problems(text.translateEscapes())).containsExactly(problem);
    }

    @Test
    void aCharacterThatIsNotAllowedIsFoundFarIntoTheFileToo() {
        String far = "# a line of a comment, thirty-odd\n".repeat(200);
        assertThat(problems(far + "a: \uD83D\uDE00 \u0007"))
                .containsExactly("jobs/a.yaml:201:7: not YAML: the character U+0007 is not allowed");
    }

    @Test
    void anchorsAndMergesAreUnderstoodAndSelfReferencesEnd() {
        assertThat(problems("name: a\nsource: {collections: [a.b]}\nsinks:\n  - &x {type: files, path: out}\n"
                        + "  - {<<: *x, name: second, path: other}\n"))
                .isEmpty();
        assertThat(problems(VALID + "pipeline: &p {<<: *p}\n")).isEmpty();
        assertThat(problems(VALID + "pipeline: &p {restart: *p}\n")).hasSize(1);
    }

    @Test
    void problemsComeInTheFilesOrderOneALine() {
        SpecException refused = catchThrowableOfType(
                SpecException.class, () -> JobSpec.parse("a.yaml", "nam: a\nsource: 5\nsinks: []\n", ENVIRONMENT::get));
        assertThat(refused.toString().lines())
                .containsExactly(
                        "a.yaml:1:1: unknown key 'nam', did you mean 'name'?",
                        "a.yaml:1:1: missing key 'name': The job's name: of its state, its transactions, its line in every list.",
                        "a.yaml:2:9: source: expected a section (keys and values), found the number '5'",
                        "a.yaml:3:8: sinks: expected at least 1 entry, found an empty list");
    }
}
