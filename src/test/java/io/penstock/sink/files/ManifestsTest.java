/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sink.files.Manifests.Content;
import io.penstock.sink.files.Manifests.Found;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestsTest {
    @TempDir
    Path export;

    private Path folder;

    @BeforeEach
    void seal() throws Exception {
        folder = Files.createDirectories(export.resolve("manifests/1/shop.orders"));
        Files.writeString(folder.resolve("7.json"), "alone");
        Files.writeString(folder.resolve("8-9.json"), "two");
    }

    @Test
    void whatHasGrownSinceItWasListedIsReadAsItIsNow() throws Exception {
        Found listed = Manifests.find(export.toString()).get(1);
        Files.writeString(folder.resolve("8-11.json"), "four");
        Files.delete(folder.resolve("8-9.json"));

        Content content = Manifests.read(listed);
        assertThat(new String(content.bytes(), UTF_8)).isEqualTo("four");
        assertThat(content.found().last()).isEqualTo(11);
        assertThat(content.found().path().getName()).isEqualTo("8-11.json");
    }

    @Test
    void whatIsGoneAndHasNotGrownIsMissed() throws Exception {
        Found listed = Manifests.find(export.toString()).get(0);
        Files.delete(folder.resolve("7.json"));
        assertThatThrownBy(() -> Manifests.read(listed)).isInstanceOf(FileNotFoundException.class);
    }
}
