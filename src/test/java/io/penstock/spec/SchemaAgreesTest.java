/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Editors, which know the JSON Schema only, and the parser say the same of a file, as far as a schema can tell. */
class SchemaAgreesTest {

    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(JobFileSchema.generate());

    private static boolean schemaAccepts(String text) throws Exception {
        return SCHEMA.validate(new YAMLMapper().readTree(text)).isEmpty();
    }

    private static boolean parserAccepts(String text) {
        try {
            JobSpec.parse("a.yaml", text, Map.of("N", "3", "WORD", "nearest")::get);
            return true;
        } catch (SpecException e) {
            return false;
        }
    }

    @Test
    void theShippedJobIsAccepted() throws Exception {
        assertThat(schemaAccepts(Files.readString(Path.of("jobs/cities.yaml")))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pipeline: {parallelism: 3}",
                "pipeline: {parallelism: \"${N}\"}",
                "source: {collections: [a.b], snapshot: {read-preference: \"${WORD}\"}}",
                "source: {collections: [a.b], snapshot: {tags: [{dc: east}, {}], read-preference: nearest}}",
                "source: {collections: [a.b], startup: {mode: latest-offset}}",
                "reconcile: {mode: versions, tombstone-grace: 2 days, pending-limit: 1 MB}",
                "sinks: [{type: kafka, bootstrap-servers: h, topic: t, properties: {a: 1, b: true, c: d}}]",
                "sinks: [{type: files, path: out}, {type: kafka, bootstrap-servers: h, topic: t}]",
                "dead-letters: {type: files, path: dead, max-count: 0, max-rate: 1}",
                "dead-letters: {type: kafka, bootstrap-servers: h, properties: {a: 1}, max-rate: 0.001}",
                "dead-letters: {max-rate: \"${NONE:-0.1}\"}",
            })
    void bothAccept(String lines) throws Exception {
        String text = job(lines);
        assertThat(parserAccepts(text)).isTrue();
        assertThat(schemaAccepts(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "extra: 1",
                "name: No Name",
                "name: 5",
                "transform: []",
                "pipeline: {parallelism: 0}",
                "pipeline: {parallelism: two}",
                "pipeline: {parallelism: '2'}",
                "pipeline: {parallelism: 1.5}",
                "pipeline: {checkpoint-interval: 1.5 s}",
                "pipeline: {restart: 5}",
                "pipeline:",
                "source: {}",
                "source: {collections: []}",
                "source: {collections: a.b}",
                "source: {collections: [a.b], snapshot: {adaptive: maybe}}",
                "source: {collections: [a.b], on-history-lost: ignore}",
                "sinks: []",
                "sinks: [{path: out}]",
                "dead-letters: {type: none}",
                "dead-letters: {max-count: -1}",
                "dead-letters: {max-rate: 1.5}",
                "dead-letters: {max-rate: many}",
                "dead-letters: {topic: a/b}",
                "sinks: [{type: files}]",
                "sinks: [{type: jdbc, path: out}]",
                "sinks: [{type: jdbc, url: 'jdbc:postgresql://h/d', columns: []}]",
                "sinks: [{type: mongodb}]",
                "sinks: [{type: files, path: out, topic: t}]",
                "sinks: [{type: kafka, bootstrap-servers: h, topic: t, properties: {a: [1]}}]",
            })
    void bothRefuse(String lines) throws Exception {
        String text = job(lines);
        assertThat(parserAccepts(text)).isFalse();
        assertThat(schemaAccepts(text)).isFalse();
    }

    /** The smallest job, with a line in place of its own of the same key. */
    private static String job(String line) {
        String key = line.substring(0, line.indexOf(':') + 1);
        StringBuilder text = new StringBuilder(line).append('\n');
        for (String own :
                new String[] {"name: a", "source: {collections: [a.b]}", "sinks: [{type: files, path: out}]"}) {
            text.append(own.startsWith(key) ? "" : own + "\n");
        }
        return text.toString();
    }
}
