/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.flink.util.SerializedThrowable;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void theDeepestCauseThatSaysSomethingIsTheLine() {
        Exception failure = new RuntimeException(
                "Recovery is suppressed",
                new IllegalStateException(new IOException("no space left on device\n\tat line two", new Error())));
        assertThat(Failures.line(failure)).isEqualTo("no space left on device (IOException)");
    }

    @Test
    void aDeepestCauseThatIsOnlyANameExplainsNothing() {
        Exception failure = new RuntimeException(
                "the class of the options factory is none (com.example.Tuning)",
                new ClassCastException("class com.example.Tuning"));
        assertThat(Failures.line(failure)).startsWith("the class of the options factory is none");
    }

    @Test
    void aCauseThatCrossedFlinksSerializationIsNamedByItsOwnClassOnce() {
        Exception failure = new RuntimeException(new SerializedThrowable(new IOException("the disk is full")));
        assertThat(Failures.line(failure)).isEqualTo("the disk is full (IOException)");
    }

    @Test
    void anExceptionOfThisProjectSaysMoreThanItsCause() {
        Exception failure = new RuntimeException(
                new OfThisProject("say what to do here", new IOException("a long message of some driver or other")));
        assertThat(Failures.line(failure)).isEqualTo("say what to do here (FailuresTest$OfThisProject)");
    }

    @Test
    void aServerThatDoesNotAnswerIsOneShortSentence() {
        String state = "cannot use the source: Timed out while waiting for a server that matches"
                + " ReadPreferenceServerSelector{readPreference=primary}. Client view of cluster state is {type=UNKNOWN, servers=["
                + "{address=a:1, type=UNKNOWN, state=CONNECTING, exception={com.mongodb.MongoSocketOpenException: Exception"
                + " opening socket}, caused by {java.net.ConnectException: Connection refused}},"
                + " {address=b:2, type=REPLICA_SET_SECONDARY, roundTripTime=1.0 ms, state=CONNECTED}]";
        assertThat(DriverMessage.brief(state))
                .isEqualTo("cannot use the source: no server can be used: a:1 (ConnectException: Connection refused),"
                        + " b:2 (REPLICA_SET_SECONDARY)");
    }

    @Test
    void optionsOfAConnectionStringThatHoldSecretsAreNeverShown() {
        assertThat(Failures.redacted(
                        "mongodb://h/?proxyPassword=one&authMechanismProperties=AWS_SESSION_TOKEN:two&w=1"))
                .isEqualTo("mongodb://h/?proxyPassword=***&authMechanismProperties=***&w=1");
    }

    private static final class OfThisProject extends IOException {
        private static final long serialVersionUID = 1L;

        OfThisProject(String message, Throwable cause) {
            super(message, cause);
        }
    }

    @Test
    void theServersWholeReplyIsLeftToTheLog() {
        assertThat(
                        Failures.line(
                                new IOException(
                                        "error 13 (Unauthorized): 'no find' on server h:1. The full response is {\"ok\": {\"a\": 0.0}}")))
                .isEqualTo("error 13 (Unauthorized): 'no find' on server h:1 (IOException)");
    }

    @Test
    void aFailureSpeaksForItself() {
        assertThat(Failures.line(Failure.failed("try this", new IOException("deeper"))))
                .isEqualTo("try this");
    }

    @Test
    void aCauseWithoutMessageIsNamed() {
        assertThat(Failures.line(new NullPointerException())).isEqualTo("NullPointerException");
    }

    @Test
    void aRingOfCausesEnds() {
        Exception outer = new Exception("outer");
        Exception inner = new Exception("the inner one says more", outer);
        outer.initCause(inner);
        assertThat(Failures.line(outer)).startsWith("the inner");
    }

    @Test
    void credentialsOfAConnectionStringAreNeverShown() {
        assertThat(Failures.line(new IOException("cannot reach mongodb://ann:secret@db:27017/?x=y")))
                .contains("mongodb://***@db:27017")
                .doesNotContain("secret");
    }
}
