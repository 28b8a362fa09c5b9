/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Secrets, and whatever else comes from the environment, are neither shown nor carried along. */
class SecretTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("PASSWORD", "hunter2", "JAAS", "login password=hunter2;");

    private static final String JOB =
            """
            name: a
            source: {uri: "mongodb://u:${PASSWORD}@localhost:1", collections: [a.b]}
            sinks:
              - type: kafka
                bootstrap-servers: localhost:1
                topic: t
                properties: {sasl.jaas.config: "${JAAS}", linger.ms: 5}
            """;

    @Test
    void aParsedJobKnowsItsSecretsAndShowsNone() {
        JobSpec job = JobSpec.parse("a.yaml", JOB, ENVIRONMENT::get);

        assertThat(job.source().uri().reveal()).isEqualTo("mongodb://u:hunter2@localhost:1");
        assertThat(job.source().uri().template()).isEqualTo("mongodb://u:${PASSWORD}@localhost:1");
        assertThat(job.toString()).doesNotContain("hunter2").contains("<redacted>");
    }

    @Test
    void aJobThatTravelsCarriesPlaceholdersOnly() throws Exception {
        JobSpec job = JobSpec.parse("a.yaml", JOB, ENVIRONMENT::get);

        byte[] graph = InstantiationUtil.serializeObject(job);
        JobSpec arrived = InstantiationUtil.deserializeObject(graph, getClass().getClassLoader());

        assertThat(new String(graph, StandardCharsets.ISO_8859_1))
                .contains("${PASSWORD}")
                .doesNotContain("hunter2");
        assertThat(arrived).isEqualTo(job);
        assertThat(arrived.source().uri().reveal(Map.of("PASSWORD", "of-the-cluster")::get))
                .isEqualTo("mongodb://u:of-the-cluster@localhost:1");
    }

    @Test
    void aSecretThatIsNotSetWhereTheJobRunsIsNamed() throws Exception {
        Secret secret = InstantiationUtil.clone(Secret.unresolved("x${PENSTOCK_TEST_SURELY_NOT_SET}"));
        assertThatThrownBy(secret::reveal)
                .isInstanceOf(SecretNotSetException.class)
                .hasMessageContaining("PENSTOCK_TEST_SURELY_NOT_SET is not set")
                .hasMessageContaining("JobManager and every TaskManager");
        // Starting the job again finds the same environment.
        assertThat(ThrowableClassifier.getThrowableType(new SecretNotSetException("x")))
                .isEqualTo(ThrowableType.NonRecoverableError);
    }

    /** Where it is mounted: the client that submits need not have it. */
    @Test
    void aSecretInAFileIsReadWhereTheJobRuns(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("uri");
        Secret secret = InstantiationUtil.clone(Secret.unresolved("${file:" + file + "}"));
        assertThatThrownBy(secret::reveal)
                .isInstanceOf(SecretNotSetException.class)
                .hasMessageContaining("there is no file " + file);
        Files.writeString(file, "mongodb://u:hunter2@h:1\r\n");
        assertThat(secret.reveal()).isEqualTo("mongodb://u:hunter2@h:1");
        assertThat(secret.toString()).doesNotContain("hunter2");
    }

    @Test
    void aServerInsideAProcessIsNoAddressForAJobOnACluster() {
        Secret uri = Secret.unresolved("${PENSTOCK_TEST_SURELY_NOT_SET:-embedded}");
        assertThatThrownBy(() -> SourceSpec.serverAddress(uri))
                .isInstanceOf(SecretNotSetException.class)
                .hasMessageContaining("PENSTOCK_TEST_SURELY_NOT_SET")
                .hasMessageContaining("names no server");
    }

    @Test
    void aClientThatLacksTheSecretsCanStillReadTheJob() {
        assertThatThrownBy(() -> JobSpec.parse("a.yaml", JOB, name -> null))
                .hasMessageContaining("PASSWORD is not set")
                .hasMessageContaining("JAAS is not set");

        JobSpec job = JobSpec.parseWithoutSecrets("a.yaml", JOB, name -> null);
        assertThat(job.source().uri().reveal(ENVIRONMENT::get)).isEqualTo("mongodb://u:hunter2@localhost:1");
    }

    /** Every key of the model, as a file in which a wrong value from the environment stands under it. */
    static Stream<String> filesWithAHiddenValue() {
        List<String> files = new ArrayList<>();
        hide(JobSpec.class, "", files);
        return files.stream();
    }

    private static void hide(Class<?> section, String before, List<String> files) {
        for (Keys.Entry entry : Keys.entries(section)) {
            String opened = before + "{" + entry.name() + ": ";
            if (entry.type() instanceof Class<?> plain && plain.isRecord() && !Scalar.knows(plain)) {
                hide(plain, opened, files);
            }
            files.add(closed(opened + "\"${HIDDEN}\""));
            files.add(closed(opened + "[\"${HIDDEN}\", {type: \"${HIDDEN}\", format: \"x${HIDDEN}\"}]"));
            files.add(closed(opened + "[{type: files, format: \"x${HIDDEN}\", name: \"${HIDDEN}\"},"
                    + " {type: kafka, partitions: \"${HIDDEN}\", topic: \"${HIDDEN}\"}]"));
        }
    }

    private static String closed(String text) {
        long open = text.chars().filter(c -> c == '{').count()
                - text.chars().filter(c -> c == '}').count();
        return text + "}".repeat((int) open);
    }

    @ParameterizedTest
    @MethodSource("filesWithAHiddenValue")
    void noProblemShowsAValueFromTheEnvironment(String text) {
        String value = "QZ 7:wrong/[§]";
        SpecException refused = catchThrowableOfType(
                SpecException.class, () -> JobSpec.parse("a.yaml", text, Map.of("HIDDEN", value)::get));
        assertThat(refused.problems()).isNotEmpty();
        assertThat(refused.toString()).doesNotContain("QZ").doesNotContain("wrong/");
        assertThat(refused).hasNoCause();
    }
}
