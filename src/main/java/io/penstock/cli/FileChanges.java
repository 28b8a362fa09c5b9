/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.spec.JobSpec;
import io.penstock.spec.SpecChange;
import io.penstock.spec.SpecChanges;
import io.penstock.store.JobRecord;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What became different in a job file since the job's last start. */
final class FileChanges {
    private final SpecChanges changes;
    private final boolean leaveState;

    private FileChanges(SpecChanges changes, boolean leaveState) {
        this.changes = changes;
        this.leaveState = leaveState;
    }

    /**
     * Compares the file with the one of the last start.
     *
     * @throws Failure when the job cannot go on with what has changed; with the reasons, and what to do instead
     */
    static FileChanges since(Operation operation) throws IOException {
        JobRecord record = operation.record();
        JobSpec after = operation.file().spec();
        JobSpec before = operation.file().asStarted(record).spec();
        SpecChanges changes = SpecChanges.between(before, after);
        if (!changes.areCompatible()) {
            throw Failure.failed(operation.name()
                    + " cannot go on with this job file; it differs from that of its last start in:\n  "
                    + changes.refused().stream().map(SpecChange::toString).collect(Collectors.joining("\n  ")));
        }
        return new FileChanges(changes, SpecChanges.leavesState(before, after));
    }

    /** What follows from each change. */
    void say(Consumer<String> says) {
        changes.all().forEach(change -> says.accept("  " + change));
    }

    /** Whether the state holds more than the job has use for now. */
    boolean leaveState() {
        return leaveState;
    }
}
