/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartNameTest {
    private static final String RANDOM = ".inprogress.5f9a4dbf-7ab5-4a74-8367-f4f87f3b0cd4";

    @Test
    void the_final_name_is_what_readers_look_for() {
        PartName name = new PartName(28333333, "0a1b2c3d", "4e5f6a7b", 2, 8, 1, 20, ".ndjson.gz");

        assertThat(name).hasToString("part-28333333-0a1b2c3d-4e5f6a7b-2-8-1-20.ndjson.gz");
        assertThat(PartName.parseHidden("." + name + RANDOM)).isEqualTo(name);
    }

    @Test
    void parquet_files_are_compressed_inside() {
        PartName name = new PartName(28333333, "0a1b2c3d", "4e5f6a7b", 2, 8, 1, 20, ".parquet");

        assertThat(PartName.parseHidden("." + name + RANDOM)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "part-1-0a1b2c3d-4e5f6a7b-2-8-1-20.ndjson",
                ".part-1-0a1b2c3d-4e5f6a7b-2-8-1-20.ndjson",
                ".part-1-0a1b2c3d-4e5f6a7b-2-8-1-20.parquet.zst.inprogress.5f9a4dbf-7ab5-4a74-8367-f4f87f3b0cd4",
                ".part-0a1b2c3d-0.inprogress.5f9a4dbf-7ab5-4a74-8367-f4f87f3b0cd4",
                ".part-1-0A1B2C3D-4e5f6a7b-2-8-1-20.ndjson.inprogress.5f9a4dbf-7ab5-4a74-8367-f4f87f3b0cd4",
                ".part-9999999999999999999-0a1b2c3d-4e5f6a7b-2-8-1-20.ndjson.inprogress.5f9a4dbf",
                "",
            })
    void a_name_that_is_not_surely_ours_is_none(String name) {
        assertThat(PartName.parseHidden(name)).isNull();
    }

    /**
     * A writer 1 of 2 of the owner "mine" in the run "now" starts. Timeline of the fourth: begun after checkpoint 7, sealed at 8,
     * restored from 8: it may still be to commit.
     */
    @ParameterizedTest
    @CsvSource({
        // restored, owner,  run,      file's checkpoint, subtask, leftover
        "       8, aaaaaaaa, bbbbbbbb, 9,                 1,       true",
        "       8, aaaaaaaa, cccccccc, 9,                 1,       true",
        "       8, aaaaaaaa, cccccccc, 12,                3,       true",
        "       8, aaaaaaaa, bbbbbbbb, 8,                 1,       false",
        "       8, aaaaaaaa, bbbbbbbb, 9,                 0,       false",
        "       8, aaaaaaaa, bbbbbbbb, 9,                 2,       false",
        "       8, dddddddd, bbbbbbbb, 9,                 1,       false",
        "       ,  aaaaaaaa, bbbbbbbb, 1,                 1,       true",
        "       ,  aaaaaaaa, cccccccc, 1,                 1,       false",
        "       ,  dddddddd, bbbbbbbb, 1,                 1,       false",
    })
    void only_what_no_running_attempt_and_no_restored_checkpoint_needs_is_a_leftover(
            Long restored, String owner, String run, long checkpoint, int subtask, boolean leftover) {
        PartName name = new PartName(1, owner, run, 0, checkpoint, subtask, 0, ".ndjson");
        WriterSettings writer = new WriterSettings(
                new Path("/export"),
                FileFormat.NDJSON,
                FileCompression.NONE,
                TableOptions.DERIVED,
                60_000,
                4,
                "aaaaaaaa",
                "bbbbbbbb",
                restored == null ? OptionalLong.empty() : OptionalLong.of(restored),
                1,
                0);

        assertThat(name.isLeftover(writer, 2)).isEqualTo(leftover);
    }
}
