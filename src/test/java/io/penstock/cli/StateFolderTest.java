/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
    @TempDir
    private Path folder;

    @Test
    void aSecondProcessIsRefused() throws IOException {
        try (StateFolder state = StateFolder.open(folder)) {
            assertThat(state.log().getParent()).isEqualTo(folder);
            assertThatThrownBy(() -> StateFolder.open(folder))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("another run of this job")
                    .hasMessageContaining(folder.toString());
        }
        StateFolder.open(folder).close();
    }

    @Test
    void whatAKilledProcessLeftInTheTemporaryFolderIsRemoved() throws IOException {
        Path left = Files.createDirectories(folder.resolve("tmp")).resolve("librocksdb.so");
        Files.createFile(left);
        StateFolder.open(folder).close();
        assertThat(left).doesNotExist();
    }
}
