/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class SentencesTest {
    @Test
    void ofAStackTraceTheDeepestMessageOfThisProjectIsSaid() {
        assertThat(
                        Sentences.ofTrace(
                                """
                org.apache.flink.util.FlinkException: Global failure triggered by OperatorCoordinator for 'source'.
                \tat org.apache.flink.runtime.Foo.bar(Foo.java:1)
                Caused by: io.penstock.spec.SecretNotSetException: the environment variable X is not set. Set it there
                \tat io.penstock.spec.Secret.reveal(Secret.java:60)
                \t... 8 more
                Caused by: java.io.IOException: some longer words of somebody else that explain less
                """))
                .isEqualTo("the environment variable X is not set. Set it there");
    }

    @Test
    void otherwiseTheDeepestThatExplainsSomething() {
        assertThat(
                        Sentences.ofTrace(
                                """
                java.lang.RuntimeException: one two three four
                Caused by: java.io.IOException: the disk is full, they say
                Caused by: java.lang.InterruptedException: sleep
                """))
                .isEqualTo("the disk is full, they say");
        assertThat(Sentences.ofTrace("")).isEqualTo("an error without a message");
    }

    @Test
    void ofAnExceptionOfTheClientTheServersWords() {
        Exception failure = new CompletionException(new IllegalStateException(
                "[Internal server error., <Exception on server side:\norg.apache.flink.util.FlinkException: Failed.\n"
                        + "\tat a.b.C\nCaused by: org.apache.flink.util.FlinkException: Checkpoint triggering task was not running\n"
                        + "End of exception on server side>]"));
        assertThat(Sentences.of(failure)).isEqualTo("Checkpoint triggering task was not running");
    }

    @Test
    void ofARefusalOfTheRestApiItsReason() throws Exception {
        String errors =
                """
                {"errors": ["org.apache.flink.runtime.rest.NotFoundException: Job 1a2b was not found here\\n\\tat a.b.C"]}""";
        assertThat(Sentences.ofErrors(new JsonMapper().readTree(errors))).isEqualTo("Job 1a2b was not found here");
        assertThat(Sentences.ofErrors(new JsonMapper().readTree("{}"))).isEqualTo("an error without a message");
    }
}
