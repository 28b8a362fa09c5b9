/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.drill.SameWindows.Size;
import io.penstock.drill.SameWindows.Table;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/drill same-windows} in short. */
class SameWindowsITCase {
    @TempDir
    private Path folder;

    @Test
    void aHistoryIsSealedAlikeInOneGoWithKillsAndInIncrements() throws Exception {
        try (SameWindows drill = new SameWindows(folder, 5, new Size(150, 1, 15, 5), System.out::println)) {
            Table table = drill.run();
            System.out.println(table);
            assertThat(table).matches(Table::good, table.toString());
            assertThat(table.least()).isGreaterThan(5);
        }
    }
}
