/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.reconcile.ExportVersion;
import io.penstock.spec.JobSpec;
import io.penstock.spec.SpecChange;
import io.penstock.spec.SpecChanges;
import io.penstock.spec.SpecException;
import java.util.Map;
import java.util.stream.Collectors;

/** What the audit log says of a changed job file: which keys, never their values, and the export version before and after. */
final class AuditedChanges {
    private AuditedChanges() {}

    /** See {@link io.penstock.store.JobFileChanges}. */
    static Map<String, String> between(String before, String after) {
        JobSpec was;
        JobSpec is;
        try {
            was = read(before);
            is = read(after);
        } catch (SpecException e) {
            return Map.of("changed", "not known: one of the two job files cannot be read here");
        }
        String changed =
                SpecChanges.between(was, is).all().stream().map(SpecChange::key).collect(Collectors.joining(", "));
        return changed.isEmpty()
                ? Map.of()
                : Map.of(
                        "changed",
                        changed,
                        "exportVersionBefore",
                        exportVersion(was),
                        "exportVersion",
                        exportVersion(is));
    }

    private static String exportVersion(JobSpec job) {
        return ExportVersion.of(job.reconcile().mode(), job.windows().every());
    }

    private static JobSpec read(String text) {
        return JobSpec.parseWithoutSecrets("a job file", text, System::getenv);
    }
}
