/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.spec.JobSpec;
import io.penstock.store.AuditedRecords;
import io.penstock.store.JobRecords;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a command enters in a job's audit log with each thing that it does, and where it says that it could not.
 *
 * @param context the command, and what it was given
 */
record Audit(Map<String, String> context, Consumer<String> complain) {
    static final String NEEDS_STORE = "only a job with a metadata store has an audit log";

    /**
     * Of a command that was typed.
     *
     * @param parallelism null when none was asked for
     */
    static Audit of(CommandSpec command, Integer parallelism) {
        Map<String, String> context = new HashMap<>(Map.of("command", command.name()));
        if (parallelism != null) {
            context.put("parallelism", parallelism.toString());
        }
        PrintWriter err = command.commandLine().getErr();
        return new Audit(context, sentence -> {
            err.println("penstock: " + Failures.redacted(DriverMessage.brief(sentence)));
            err.flush();
        });
    }

    /** A job's records; where it has a metadata store, every change of them is entered. To be closed. */
    JobRecords records(JobSpec job) throws IOException {
        return AuditedRecords.of(job, AuditedChanges::between, context, complain);
    }
}
