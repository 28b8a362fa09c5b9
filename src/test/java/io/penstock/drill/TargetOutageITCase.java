/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/drill target-outage} in short. */
class TargetOutageITCase {
    @TempDir
    private Path folder;

    @Test
    void aDatabaseThatWasAwayHasEveryDocumentOnceAfterwards() throws Exception {
        List<String> said = new ArrayList<>();
        OutageRow row = TargetOutage.run(folder, "postgres", Way.CUT, 5, 11, said::add);
        assertThat(row.good()).as(row + " " + said).isTrue();
        assertThat(row.attempts())
                .as("the job asked for the database meanwhile")
                .isPositive();
    }
}
