/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import io.penstock.cluster.local.ClusterOptions;
import io.penstock.cluster.local.ClusterStatus;
import io.penstock.cluster.local.FlinkInstallation;
import io.penstock.cluster.local.FlinkProcess.Role;
import io.penstock.cluster.local.LocalFlink;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** {@code cluster start}: a Flink of separate processes, each of which can be killed, frozen and started again. */
final class Flink implements AutoCloseable {
    private static final int TASKMANAGERS = 2;
    private static final int SLOTS = 2;

    private final LocalFlink cluster;
    private final ClusterOptions options;
    private URI address;

    Flink(Path folder, boolean highlyAvailable) throws InterruptedException {
        Path home = Path.of("").toAbsolutePath();
        cluster = new LocalFlink(
                folder, FlinkInstallation.find(System::getenv, home), home.resolve("flink-conf"), System.getenv());
        ClusterOptions any = ClusterOptions.defaults().with(TASKMANAGERS, SLOTS).onAnyPort();
        options = highlyAvailable ? any.highlyAvailable() : any;
        // A drill that is interrupted leaves nothing behind.
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        start();
    }

    /** Starts what is missing; returns once it is registered. */
    void start() throws InterruptedException {
        ClusterStatus status = cluster.start(options);
        address = status.rest();
    }

    URI address() {
        return address;
    }

    /** Those that live, frozen ones too. */
    List<ProcessHandle> taskManagers() {
        return processes(Role.TASKMANAGER);
    }

    ProcessHandle jobManager() {
        return processes(Role.JOBMANAGER).get(0);
    }

    private List<ProcessHandle> processes(Role role) {
        return cluster.processes().stream()
                .filter(process -> process.role() == role)
                .flatMap(process -> process.handle().stream())
                .toList();
    }

    /** SIGKILL: what they leave is looked at, not how they end. Nobody writes to the folder any more when this returns. */
    @Override
    public void close() {
        List<ProcessHandle> handles = cluster.processes().stream()
                .flatMap(process -> process.handle().stream())
                .toList();
        handles.forEach(ProcessHandle::destroyForcibly);
        handles.forEach(handle -> handle.onExit().join());
    }
}
