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

/** {@code scripts/drill store-away} in short. */
class StoreAwayITCase {
    @TempDir
    private Path folder;

    @Test
    void whatTheStoreMissedWhileItWasAwayIsThereAfterwards() throws Exception {
        List<String> said = new ArrayList<>();
        assertThat(StoreAway.run(folder, 5, 6, 10, said::add))
                .as(said.toString())
                .isEmpty();
    }
}
