/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuditedChangesTest {
    private static final String JOB =
            """
            name: orders
            source:
              uri: mongodb://ann:${SECRET_OF_NOBODY}@db/
              collections: [shop.orders]
            sinks:
              - {type: files, path: data/export}
            """;

    @Test
    void theKeysThatChangedAreNamedAndNoValue() {
        String other = JOB.replace("@db/", "@other/").replace("data/export", "data/export, compression: gzip")
                + "windows: {every: 1 h}\n";
        assertThat(AuditedChanges.between(JOB, other))
                .containsEntry("changed", "source.uri, sinks[files].compression, windows.every")
                .hasEntrySatisfying(
                        "exportVersion", version -> assertThat(version).matches("[0-9a-f]{16}"))
                .satisfies(details ->
                        assertThat(details.get("exportVersion")).isNotEqualTo(details.get("exportVersionBefore")))
                .satisfies(details -> assertThat(details.toString()).doesNotContain("SECRET", "other", "gzip"));
    }

    @Test
    void commentsAndFormAreNoChange() {
        assertThat(AuditedChanges.between(JOB, "# by ann\n" + JOB)).isEmpty();
    }

    @Test
    void aJobFileOfALaterReleaseIsNotKnownToDiffer() {
        assertThat(AuditedChanges.between(JOB, JOB + "newer: {}\n")).containsOnlyKeys("changed");
    }
}
