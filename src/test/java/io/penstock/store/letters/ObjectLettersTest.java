/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import io.penstock.store.LetterStore;
import io.penstock.store.ObjectFolders;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** In an object store. */
class ObjectLettersTest extends LettersConformance {
    @TempDir
    private Path folder;

    @Override
    LetterStore open() {
        return new FileLetters(JOB, ObjectFolders.at(folder.resolve("dead")));
    }
}
