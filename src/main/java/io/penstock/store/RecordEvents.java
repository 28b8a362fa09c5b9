/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.record.Sha256;
import io.penstock.store.JobRecord.Desired;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which events a change of a job's record means: each verb changes it, so what was done can be told from the record before and after. */
final class RecordEvents {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private RecordEvents() {}

    /**
     * The events, in the order in which they are to be entered.
     *
     * @param before empty for a job's first record
     * @param changes what a changed job file means
     */
    static List<AuditEvent> of(
            Optional<Versioned<JobRecord>> before, Versioned<JobRecord> after, JobFileChanges changes) {
        JobRecord now = after.value();
        List<AuditEvent> events = new ArrayList<>();
        if (before.isPresent() && !before.get().value().jobFile().equals(now.jobFile())) {
            String was = before.get().value().jobFile();
            Map<String, String> changed = changes.between(was, now.jobFile());
            if (!changed.isEmpty()) {
                events.add(AuditEvent.of("configure")
                        .with(changed)
                        .with("jobFileBefore", sha256(was))
                        .with("jobFile", sha256(now.jobFile())));
            }
        }
        events.add(event(before.map(Versioned::value), now));
        return events.stream()
                .map(event -> event.with(AuditChain.RECORD, after.version()).with("token", now.token()))
                .toList();
    }

    /** A record whose entry is missing: whoever wrote it was killed before it could enter it, or could not reach the log. */
    static AuditEvent found(Versioned<JobRecord> record) {
        JobRecord now = record.value();
        return AuditEvent.of("found")
                .with("desired", text(now.desired()))
                .with("writtenBy", now.by())
                .with("writtenAt", now.at())
                .with("flinkJob", now.flinkJob())
                .with(AuditChain.RECORD, record.version())
                .with("token", now.token());
    }

    private static AuditEvent event(Optional<JobRecord> before, JobRecord now) {
        return switch (now.desired()) {
            case RUNNING -> begun(before, now);
            case PAUSED -> stopped(before.orElse(now), now);
            case CANCELLED -> AuditEvent.of("cancel").with("flinkJob", now.flinkJob());
            case FINISHED -> AuditEvent.of("finish").with("flinkJob", now.flinkJob());
        };
    }

    private static AuditEvent begun(Optional<JobRecord> before, JobRecord now) {
        boolean anew = before.isEmpty() || now.startedFrom().isEmpty();
        return AuditEvent.of(anew ? "start" : "resume")
                .with("flinkJob", now.flinkJob())
                .with("from", now.startedFrom().orElse("the beginning"))
                .with("cluster", now.cluster().orElse("none: in the process that started it"))
                .with("jobFile", sha256(now.jobFile()));
    }

    private static AuditEvent stopped(JobRecord before, JobRecord now) {
        if (now.rollbacks().size() > before.rollbacks().size()) {
            AuditEvent event = now.savepoint().isPresent()
                    ? AuditEvent.of("rollback").with("to", now.savepoint().get())
                    : AuditEvent.of("checkpoints-lost").with("flinkJob", now.flinkJob());
            return event.with(
                            "sourceTime",
                            HEX.toHexDigits(now.rollbacks().get(now.rollbacks().size() - 1)))
                    .with("revision", now.rollbacks().size());
        }
        if (now.token() > before.token()) {
            return AuditEvent.of("takeover").with("flinkJob", now.flinkJob()).with("from", before.where());
        }
        if (before.desired() == Desired.RUNNING) {
            return AuditEvent.of("pause")
                    .with("flinkJob", now.flinkJob())
                    .with("savepoint", now.savepoint().orElse("none"));
        }
        return AuditEvent.of("forget").with("flinkJob", now.flinkJob());
    }

    private static String text(Desired desired) {
        return desired.name().toLowerCase(Locale.ROOT);
    }

    private static String sha256(String text) {
        return Sha256.hex(text.getBytes(StandardCharsets.UTF_8), 64);
    }
}
