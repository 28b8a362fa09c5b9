/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, as a newcomer runs it. */
class DemoITCase {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    @Test
    void theExportIsKilledRecoversAndEqualsItsSource() throws Exception {
        Path dir = folder.resolve("demo");
        assertThat(execute("demo", "--dir", dir.toString())).as(out.toString()).isZero();
        assertThat(out.toString())
                .contains("49,025 cities", "killed hard (SIGKILL)", "started again", "the same")
                .containsPattern("duplicates +0\\b")
                .containsPattern("losses +0\\b");
        assertThat(Files.readString(dir.resolve("run.log"))).contains("continuing from checkpoint");
    }

    @Test
    void aFolderThatNoDemoMadeIsLeftAlone() throws Exception {
        Path mine = Files.writeString(folder.resolve("mine.txt"), "mine");
        assertThat(execute("demo", "--dir", folder.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("is not empty");
        assertThat(mine).exists();
    }

    private int execute(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments);
    }
}
