/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private static final FaultTable TABLE = failure -> switch (String.valueOf(failure.getMessage())) {
        case "mend me" -> new Fault(Fault.Kind.SYSTEMIC, "28P01", "Give it the right password");
        case "poison" -> new Fault(Fault.Kind.RECORD, "22003", "");
        default -> new Fault(Fault.Kind.TRANSIENT, "08006", "");
    };

    private final List<Integer> numbers = new ArrayList<>();

    private static Attempts attempts(Duration patience, OutageMetrics metrics) {
        return new Attempts("orders", TABLE, patience, metrics, () -> 0.001);
    }

    private static OutageMetrics metrics() {
        return new OutageMetrics(new UnregisteredMetricsGroup());
    }

    @Test
    void whatPassesIsRepeatedUntilItGoesWell() throws IOException {
        String done = attempts(Duration.ofMinutes(1), metrics()).call("stage", number -> {
            numbers.add(number);
            if (number < 4) {
                throw new IOException("away");
            }
            return "done";
        });
        assertThat(done).isEqualTo("done");
        assertThat(numbers).containsExactly(1, 2, 3, 4);
    }

    @Test
    void whatAPersonHasToMendIsSaidAtOnceWithWhatToDo() {
        assertThatThrownBy(() -> failing("mend me"))
                .isInstanceOf(SystemicFaultException.class)
                .hasMessage("Sink orders: mend me. Give it the right password");
        assertThat(numbers).containsExactly(1);
    }

    @Test
    void theSentenceWithTheAdviceIsTheDeepestOfOurs() {
        IOException client = new IOException("password authentication failed");
        assertThatThrownBy(() -> attempts(Duration.ofMinutes(1), metrics()).call("stage", number -> {
                    throw new IOException("mend me", client);
                }))
                .isInstanceOf(SystemicFaultException.class)
                .hasCause(client);
    }

    @Test
    void whatIsHeldAgainstOneChangeIsPassedOn() {
        assertThatThrownBy(() -> failing("poison"))
                .isInstanceOf(IOException.class)
                .hasMessage("poison");
        assertThat(numbers).containsExactly(1);
    }

    @Test
    void itEndsWhenAsLongAsItMayTakeIsOver() {
        assertThatThrownBy(() -> failing("away"))
                .isInstanceOf(TargetDownException.class)
                .hasMessageContaining("Sink orders")
                .hasMessageContaining("cannot stage: away");
        assertThat(numbers).hasSizeGreaterThan(1);
    }

    @Test
    void aCancelledTaskDoesNotWait() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> failing("away")).isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(numbers).hasSizeLessThan(3);
    }

    @Test
    void aTaskThatIsCancelledWhileItWaitsEnds() throws Exception {
        List<Throwable> thrown = new ArrayList<>();
        Thread task = new Thread(() -> {
            Attempts longWaits = new Attempts("orders", TABLE, Duration.ofMinutes(5), metrics(), () -> 1);
            try {
                longWaits.call("stage", number -> {
                    throw new IOException("away");
                });
            } catch (IOException e) {
                thrown.add(e);
            }
        });
        task.start();
        task.interrupt();
        task.join(Duration.ofMinutes(1).toMillis());
        assertThat(thrown).hasSize(1);
        assertThat(thrown.get(0)).isInstanceOfAny(InterruptedIOException.class, TargetDownException.class);
    }

    private void failing(String message) throws IOException {
        attempts(Duration.ofMillis(50), metrics()).call("stage", number -> {
            numbers.add(number);
            throw new IOException(message);
        });
    }
}
