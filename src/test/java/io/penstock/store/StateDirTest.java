/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirTest {
    @Test
    void aPlainPathIsOfThisMachineAndAbsolute() {
        assertThat(StateDir.of("data/orders/state"))
                .hasToString("file:" + Path.of("data/orders/state").toAbsolutePath());
    }

    @Test
    void aFolderThatIsThereHasTheSameName(@TempDir Path folder) {
        assertThat(StateDir.of(folder.toString())).hasToString("file:" + folder);
        assertThat(StateDir.of(folder + "/").getName())
                .isEqualTo(folder.getFileName().toString());
    }

    @Test
    void anotherFileSystemIsTakenAsItIs() {
        assertThat(StateDir.of("hdfs://nn:9000/penstock/")).hasToString("hdfs://nn:9000/penstock");
    }
}
