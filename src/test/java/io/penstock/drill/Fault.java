/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One kind of harm, or of operation, that an export must survive.
 *
 * @param name as it is typed
 * @param needs what a scene must have
 * @param strike does it, brings back what it took away, and waits until the job goes on
 */
record Fault(String name, Needs needs, Strike strike) {
    enum Needs {
        NOTHING,
        KAFKA,
        DISK
    }

    /** Returns how long it took until a write made after the fault (for an outage: after its end) was in every export. */
    @FunctionalInterface
    interface Strike {
        Duration at(Scene scene) throws Exception;
    }

    boolean possibleIn(Scene scene) {
        return switch (needs) {
            case NOTHING -> true;
            case KAFKA -> scene.broker.isPresent();
            case DISK -> scene.disk.isPresent();
        };
    }

    /** All of them. */
    static final List<Fault> ALL = List.of(
            new Fault("kill-taskmanager", Needs.NOTHING, ProcessFaults::killTaskManager),
            new Fault("kill-before-commit", Needs.NOTHING, ProcessFaults::killBeforeCommit),
            new Fault("freeze-taskmanager", Needs.NOTHING, ProcessFaults::freezeTaskManager),
            new Fault("kill-jobmanager", Needs.NOTHING, ProcessFaults::killJobManager),
            new Fault("kill-both", Needs.NOTHING, ProcessFaults::killBoth),
            new Fault("kill-kafka", Needs.KAFKA, PeerFaults::killKafka),
            new Fault("kill-source", Needs.NOTHING, PeerFaults::killSource),
            new Fault("freeze-source", Needs.NOTHING, PeerFaults::freezeSource),
            new Fault("cut-network", Needs.NOTHING, PeerFaults::cutNetwork),
            new Fault("refuse-network", Needs.NOTHING, PeerFaults::refuseNetwork),
            new Fault("delay-network", Needs.NOTHING, PeerFaults::delayNetwork),
            new Fault("fill-disk", Needs.DISK, PeerFaults::fillDisk),
            new Fault("corrupt-checkpoint", Needs.NOTHING, OperatorFaults::corruptCheckpoint),
            new Fault("rescale", Needs.NOTHING, OperatorFaults::rescale),
            new Fault("pause", Needs.NOTHING, OperatorFaults::pause),
            new Fault("savepoint", Needs.NOTHING, OperatorFaults::savepointCancelResume),
            new Fault("rollback", Needs.NOTHING, OperatorFaults::rollback));

    static Optional<Fault> named(String name) {
        return ALL.stream().filter(fault -> fault.name().equals(name)).findFirst();
    }

    /** For the table. */
    @Override
    public String toString() {
        return name;
    }
}
