/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import io.penstock.cluster.ClusterException;
import io.penstock.cluster.local.FlinkProcess.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One start: what lives, and what is added to it; the file is written after each process, so that none is forgotten. */
final class Starting {
    private static final Duration UNTIL_REGISTERED = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final ClusterFolder folder;
    private final ClusterSettings settings;
    private final Launcher launcher;
    private final List<FlinkProcess> processes;
    private final Set<FlinkProcess> before;
    private int started;

    /**
     * Nothing is started yet.
     *
     * @param alive the cluster's processes that live
     * @param started how many have been started ever
     */
    Starting(ClusterFolder folder, ClusterSettings settings, Launcher launcher, List<FlinkProcess> alive, int started) {
        this.folder = folder;
        this.settings = settings;
        this.launcher = launcher;
        this.processes = new ArrayList<>(alive);
        this.before = Set.copyOf(alive);
        this.started = started;
    }

    /** Makes so many of a role: starts those that are missing, ends the surplus. */
    void require(Role role, int wanted) throws InterruptedException {
        List<FlinkProcess> there =
                processes.stream().filter(process -> process.role() == role).toList();
        List<FlinkProcess> surplus =
                there.stream().filter(process -> process.place() > wanted).toList();
        Ending.end(surplus);
        surplus.forEach(process -> folder.tidyAfter(process.name()));
        processes.removeAll(surplus);
        for (int place = 1; place <= wanted; place++) {
            int looked = place;
            if (there.stream().noneMatch(process -> process.place() == looked)) {
                launch(role, place);
            }
        }
        file().write(folder.file());
    }

    /** Waits until somebody listens on a port of the loopback address. */
    void awaitPort(int port) throws InterruptedException {
        long deadline = System.nanoTime() + UNTIL_REGISTERED.toNanos();
        while (!Ports.isTaken(port)) {
            lookAgain(deadline, "ZooKeeper does not answer");
        }
    }

    /** Waits until the REST API answers and knows every TaskManager. */
    ClusterStatus awaitRegistered() throws InterruptedException {
        long deadline = System.nanoTime() + UNTIL_REGISTERED.toNanos();
        ClusterStatus status = ClusterStatus.of(folder, file());
        while (!status.complete()) {
            lookAgain(
                    deadline,
                    status.answers()
                            ? "not every TaskManager has registered"
                            : "the REST API does not answer on port " + settings.restPort());
            status = ClusterStatus.of(folder, file());
        }
        return status;
    }

    private ClusterFile file() {
        return ClusterFile.of(settings, processes, started);
    }

    private void launch(Role role, int place) {
        started++;
        String name =
                role.name().toLowerCase(Locale.ROOT) + (role == Role.TASKMANAGER ? "-" + place : "") + "-" + started;
        processes.add(launcher.start(role, name, place));
        processes.sort(Comparator.comparing(FlinkProcess::role).thenComparing(FlinkProcess::place));
        file().write(folder.file());
    }

    private void lookAgain(long deadline, String missing) throws InterruptedException {
        replace(processes.stream().filter(process -> !process.isAlive()).toList());
        if (System.nanoTime() > deadline) {
            throw new ClusterException(
                    missing + " after " + UNTIL_REGISTERED.toSeconds() + " s; the logs are in " + folder.log());
        }
        CompletableFuture<?>[] ends = processes.stream()
                .flatMap(process -> process.handle().stream())
                .map(ProcessHandle::onExit)
                .toArray(CompletableFuture[]::new);
        Ending.waited(CompletableFuture.anyOf(ends), BETWEEN_LOOKS);
    }

    /** One that was dying while it was looked for is missing too; one that was started now and died would die again. */
    private void replace(List<FlinkProcess> dead) {
        for (FlinkProcess process : dead) {
            if (!before.contains(process)) {
                throw new ClusterException(process.name() + " ended by itself; why is in "
                        + launcher.output(process.name()) + " and in the log beside it");
            }
            processes.remove(process);
            folder.tidyAfter(process.name());
            launch(process.role(), process.place());
        }
    }
}
