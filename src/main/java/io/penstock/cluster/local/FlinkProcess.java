/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One process of a cluster, as it is remembered: its pid and when it started. Both must agree with what runs now, for a pid is
 * given again to another process after a while, and that one must never be touched.
 *
 * @param role what it is
 * @param name unique in the cluster for ever, such as {@code taskmanager-2-1}: the second place, its first process there; a
 *     TaskManager registers with it
 * @param place which of its role: 1, 2, …
 * @param pid the process's number
 * @param started when the operating system says that it was started
 */
public record FlinkProcess(Role role, String name, int place, long pid, Instant started) {
    /** The kinds of process, in the order in which they are started. */
    public enum Role {
        ZOOKEEPER,
        JOBMANAGER,
        TASKMANAGER
    }

    /** The operating system derives the start from its boot time, which moves by a second when the clock is set. */
    private static final Duration SAME_START = Duration.ofSeconds(2);

    /** The process, if it is the one that was started and has not ended. */
    @JsonIgnore
    public Optional<ProcessHandle> handle() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isTheSame);
    }

    /** Whether it runs (or is stopped by a signal). */
    @JsonIgnore
    public boolean isAlive() {
        return handle().isPresent();
    }

    private boolean isTheSame(ProcessHandle found) {
        // One that has ended and that nobody has waited for still has its number and its start, but no program any
        // more.
        return found.info().command().isPresent()
                && found.info()
                        .startInstant()
                        .map(start -> Duration.between(start, started).abs().compareTo(SAME_START) <= 0)
                        .orElse(false);
    }
}
