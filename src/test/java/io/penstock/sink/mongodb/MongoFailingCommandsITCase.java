/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.penstock.devserver.DevServer;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.outage.SystemicFaultException;
import io.penstock.store.Fence;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands of the sink that a MongoDB target fails, in each of the two ways in which changes come to it. */
class MongoFailingCommandsITCase {
    private static final Duration CHECKPOINT = Duration.ofMinutes(8);
    private static DevServer server;
    private static MongoClient client;

    @BeforeAll
    static void start() {
        server = DevServer.start();
        client = MongoClients.create(server.uri());
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        client.getDatabase("copy").drop();
        client.getDatabase("penstock_staging").drop();
    }

    private static MongoTarget target(String options) {
        return Way.target(server.uri() + options, "_penstock", CHECKPOINT);
    }

    /** That a command is not done, and that it is done and the answer says no more than that it may be lost again. */
    private static final List<String> FAILURES = List.of(
            "closeConnection: true", "writeConcernError: {code: 64, errmsg: 'waiting for replication timed out'}");

    static Stream<Arguments> waysAndFailures() {
        return Arrays.stream(Way.values()).flatMap(by -> FAILURES.stream().map(failure -> Arguments.of(by, failure)));
    }

    @ParameterizedTest
    @MethodSource("waysAndFailures")
    void whereverACommandFailsAnotherAttemptEndsTheSame(Way by, String failure) throws Exception {
        MongoTarget target = target("&retryWrites=false&retryReads=false");
        by.write(target, DeadLetterPolicy.NONE, Copies.insert(1, 1), Copies.insert(2, 2), Copies.insert(3, 3));
        int commands = by == Way.TRANSACTIONAL ? 15 : 5;
        for (int command = 0; command < commands; command++) {
            int n = 10 * (command + 1);
            Copies.fail(client, "{skip: " + command + ", times: 1}", failure);
            by.write(target, DeadLetterPolicy.NONE, Copies.delete(1, n), Copies.insert(2, n), Copies.insert(3, n));
            Copies.fail(client, "'off'", "");
            assertThat(Copies.rows(client)).as("failed at command %d", command).isEqualTo(Map.of(2, n, 3, n));
            assertThat(staged()).isZero();
            by.write(target, DeadLetterPolicy.NONE, Copies.insert(1, n + 1));
        }
    }

    @Test
    void withoutTheRightNothingIsWrittenAndNothingTriedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Fence lost = () -> {
            asked.incrementAndGet();
            throw new IOException("lost");
        };
        UpsertWriter writer = Way.writer(target(""), lost, DeadLetterPolicy.NONE, new UnregisteredMetricsGroup());
        try {
            writer.write(Copies.insert(1, 1), null);
            assertThatThrownBy(() -> writer.flush(false)).hasMessage("lost");
        } finally {
            writer.close();
        }
        assertThat(asked).hasValue(1);
        assertThat(Copies.rows(client)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aFullDiskIsNotHeldAgainstADocumentAndSaidWithWhatToDo(Way by) {
        Copies.fail(client, "'alwaysOn'", "errorCode: 14031");
        assertThatThrownBy(() -> by.write(target(""), DeadLetterPolicy.NONE, Copies.insert(1, 1)))
                .isInstanceOf(SystemicFaultException.class)
                .hasMessageContaining("Sink sink: MongoDB target: cannot ")
                .hasMessageContaining("(14031 OutOfDiskSpace)")
                .hasMessageContaining("Make room");
        Copies.fail(client, "'off'", "");
        assertThat(Copies.rows(client)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aPasswordThatIsWrongIsSaidAtOnceAndNotTold(Way by) throws Exception {
        try (DevServer locked =
                DevServer.builder().user("penstock", "right".toCharArray()).start()) {
            MongoTarget target =
                    Way.target("mongodb://penstock:wrong-secret@localhost:" + locked.port(), "_penstock", CHECKPOINT);
            assertThatThrownBy(() -> by.write(target, DeadLetterPolicy.NONE, Copies.insert(1, 1)))
                    .isInstanceOf(SystemicFaultException.class)
                    .hasMessageContaining("authSource")
                    .hasMessageNotContaining("wrong-secret");
        }
    }

    private static long staged() {
        return client.getDatabase("penstock_staging").getCollection("staged").countDocuments();
    }
}
