/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.LetterEvent.Replayed;
import io.penstock.store.LetterFilter;
import io.penstock.store.LetterStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLettersTest extends LettersConformance {
    @TempDir
    private Path folder;

    @Override
    LetterStore open() throws Exception {
        return FileLetters.in(folder.resolve("dead").toString(), JOB);
    }

    private List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("dead"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aLetterIsTwoFilesAndNoneIsLeftOver() throws Exception {
        String id = refused(1).id();
        try (LetterStore letters = open()) {
            letters.settle(refused(1, 2));
            assertThat(names()).containsExactly(id + ".000001.json", id + ".change");
            letters.request(id);
            letters.settle(List.of(new Replayed(id)));
            assertThat(names()).containsExactly(id + ".000003.json", id + ".change");
            letters.purge(id);
            assertThat(names()).isEmpty();
        }
    }

    @Test
    void aLetterOfWhichOnlyOneFileIsThereIsNotThere() throws Exception {
        try (LetterStore letters = open()) {
            letters.settle(refused(0, 3));
            Files.delete(folder.resolve("dead").resolve(refused(0).id() + ".change"));
            Files.delete(folder.resolve("dead").resolve(refused(1).id() + ".000001.json"));
            assertThat(letters.list(LetterFilter.ALL)).hasSize(1);
            // As a killed writer leaves it: the next makes it whole.
            letters.settle(refused(0, 3));
            assertThat(letters.list(LetterFilter.ALL)).hasSize(3);
            assertSame(letters.read(refused(0).id()).orElseThrow(), refused(0).letter());
        }
    }

    @Test
    void aFileThatMakesNoSenseIsNamed() throws Exception {
        try (LetterStore letters = open()) {
            letters.settle(refused(0, 1));
            Path file = folder.resolve("dead").resolve(refused(0).id() + ".000002.json");
            Files.writeString(file, "{\"format\": 2}");
            assertThatThrownBy(() -> letters.list(LetterFilter.ALL))
                    .hasMessageContaining(file + " cannot be read: is of format 2");
        }
    }
}
