/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.penstock.cluster.local.FlinkProcess.Role;
import io.penstock.cluster.local.RestView.Slots;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is known of a cluster at one moment.
 *
 * @param folder where it lives
 * @param rest address of the REST API and the web UI; null when nothing was ever started
 * @param answers whether the REST API answers
 * @param flink version of the JobManager; null when it doesn't answer
 * @param highAvailability whether ZooKeeper belongs to it
 * @param processes those that were started and are not known to have been ended on purpose
 * @param jobs what the JobManager knows of jobs
 */
public record ClusterStatus(
        @JsonSerialize(using = ToStringSerializer.class) Path folder,
        URI rest,
        boolean answers,
        String flink,
        boolean highAvailability,
        List<ProcessStatus> processes,
        List<JobLine> jobs) {

    /**
     * One process.
     *
     * @param registered whether a TaskManager and its slots are known to the JobManager; true for the others when they are alive
     * @param slots of a TaskManager that is registered, else 0
     * @param free slots of it
     */
    public record ProcessStatus(
            String role, String name, long pid, boolean alive, boolean registered, int slots, int free) {}

    /** One job: its id, its name and its state in Flink's words. */
    public record JobLine(String id, String name, String state) {}

    /** Whether every process lives and is registered, and the REST API answers. */
    public boolean complete() {
        return answers
                && !processes.isEmpty()
                && processes.stream().allMatch(process -> process.alive() && process.registered());
    }

    /** Whether any process lives. */
    public boolean anyAlive() {
        return processes.stream().anyMatch(ProcessStatus::alive);
    }

    /** Looks at the processes, and asks the JobManager. */
    static ClusterStatus of(ClusterFolder folder, ClusterFile file) throws InterruptedException {
        ClusterSettings settings = file.settings();
        boolean jobManager =
                file.processes().stream().anyMatch(process -> process.role() == Role.JOBMANAGER && process.isAlive());
        // Another program may have taken the port of a cluster that is gone.
        Optional<RestView> view = jobManager ? RestView.ask(settings.rest()) : Optional.empty();
        return new ClusterStatus(
                folder.root(),
                settings.rest(),
                view.isPresent(),
                view.map(RestView::version).orElse(null),
                settings.highAvailability(),
                file.processes().stream().map(process -> line(process, view)).toList(),
                view.map(RestView::jobs).orElse(List.of()));
    }

    private static ProcessStatus line(FlinkProcess process, Optional<RestView> view) {
        boolean alive = process.isAlive();
        Slots slots = view.map(known -> known.slots().get(process.name())).orElse(null);
        boolean manager = process.role() == Role.TASKMANAGER;
        return new ProcessStatus(
                process.role().name().toLowerCase(Locale.ROOT),
                process.name(),
                process.pid(),
                alive,
                manager ? slots != null && slots.all() > 0 : alive,
                slots == null ? 0 : slots.all(),
                slots == null ? 0 : slots.free());
    }
}
