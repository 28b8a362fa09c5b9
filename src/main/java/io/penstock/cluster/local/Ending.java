/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import io.penstock.cluster.ClusterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends processes, and waits for ends. */
final class Ending {
    private static final Duration UNTIL_TERMINATED = Duration.ofSeconds(20);

    private Ending() {}

    /** SIGTERM to all of them, SIGKILL to those that stay. */
    static List<Ended> end(List<FlinkProcess> processes) throws InterruptedException {
        List<Optional<ProcessHandle>> handles =
                processes.stream().map(FlinkProcess::handle).toList();
        handles.forEach(handle -> handle.ifPresent(ProcessHandle::destroy));
        long deadline = System.nanoTime() + UNTIL_TERMINATED.toNanos();
        List<Ended> ended = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            FlinkProcess process = processes.get(i);
            ended.add(new Ended(process.name(), process.pid(), end(handles.get(i), deadline)));
        }
        return ended;
    }

    private static Ended.How end(Optional<ProcessHandle> handle, long deadline) throws InterruptedException {
        if (handle.isEmpty()) {
            return Ended.How.GONE;
        }
        if (waited(handle.get().onExit(), Duration.ofNanos(deadline - System.nanoTime()))) {
            return Ended.How.TERMINATED;
        }
        handle.get().destroyForcibly();
        if (!waited(handle.get().onExit(), UNTIL_TERMINATED)) {
            throw new ClusterException("process " + handle.get().pid() + " does not end, not even by SIGKILL");
        }
        return Ended.How.KILLED;
    }

    /** Waits for a while; true when the future has come. */
    static boolean waited(CompletableFuture<?> future, Duration limit) throws InterruptedException {
        try {
            future.get(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException e) {
            throw new ClusterException("cannot wait for a process", e);
        }
    }
}
