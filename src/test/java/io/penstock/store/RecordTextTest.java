/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import static io.penstock.store.Records.A;
import static io.penstock.store.Records.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.store.JobRecord.Desired;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is on disk: each form is pinned, and stays readable for ever. */
class RecordTextTest {
    private static final JobRecord FULL = new JobRecord(
            "orders",
            7,
            A,
            Optional.of("hdfs://nn/state/checkpoints/x/chk-9"),
            Desired.PAUSED,
            Optional.of("hdfs://nn/state/savepoints/y"),
            "name: orders\nsource: {uri: \"${MONGODB_URI}\"}\n",
            List.of(0x6553F13C00000001L, -1L),
            Optional.of("http://flink:8081"),
            "process 7 on ann",
            "2026-11-23T03:00:00Z");
    private static final String FULL_TEXT =
            """
            {
              "format" : 1,
              "name" : "orders",
              "token" : 7,
              "desired" : "PAUSED",
              "flinkJob" : "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
              "startedFrom" : "hdfs://nn/state/checkpoints/x/chk-9",
              "savepoint" : "hdfs://nn/state/savepoints/y",
              "cluster" : "http://flink:8081",
              "rollbacks" : [ "6553F13C00000001", "FFFFFFFFFFFFFFFF" ],
              "by" : "process 7 on ann",
              "at" : "2026-11-23T03:00:00Z",
              "jobFile" : "name: orders\\nsource: {uri: \\"${MONGODB_URI}\\"}\\n"
            }
            """;

    private static final JobRecord SMALL = new JobRecord(
            "orders",
            1,
            B,
            Optional.empty(),
            Desired.RUNNING,
            Optional.empty(),
            "",
            List.of(),
            Optional.empty(),
            "process 8 on bob",
            "2026-11-23T04:00:00Z");
    private static final String SMALL_TEXT =
            """
            {
              "format" : 1,
              "name" : "orders",
              "token" : 1,
              "desired" : "RUNNING",
              "flinkJob" : "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
              "rollbacks" : [ ],
              "by" : "process 8 on bob",
              "at" : "2026-11-23T04:00:00Z",
              "jobFile" : ""
            }
            """;

    @Test
    void format1IsWrittenAndReadSo() throws Exception {
        assertThat(written(FULL)).isEqualTo(FULL_TEXT);
        assertThat(written(SMALL)).isEqualTo(SMALL_TEXT);
        assertThat(read(FULL_TEXT)).isEqualTo(FULL);
        assertThat(read(SMALL_TEXT)).isEqualTo(SMALL);
    }

    @Test
    void aLaterFormatIsNotGuessedAt() {
        assertThatThrownBy(() -> read("{\"format\": 2}"))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("state/job/1.json")
                .hasMessageContaining("of a later release");
    }

    @Test
    void whatIsNoRecordIsNamedWithWhatToDo() {
        for (String text : List.of(
                "",
                "{",
                "[]",
                "{}",
                FULL_TEXT.substring(0, 100),
                SMALL_TEXT.replace("\"token\" : 1,", ""),
                SMALL_TEXT.replace("\"token\" : 1,", "\"token\" : 0,"),
                SMALL_TEXT.replace("RUNNING", "JUMPING"),
                SMALL_TEXT.replace("bbbb", "zzzz"),
                SMALL_TEXT.replace("[ ]", "[ \"x\" ]"),
                SMALL_TEXT.replace("\"by\"", "\"bye\""))) {
            assertThatThrownBy(() -> read(text))
                    .as(text)
                    .isInstanceOf(UnreadableRecordException.class)
                    .hasMessageContaining("state/job/1.json")
                    .hasMessageContaining("Put the file back");
        }
    }

    private static String written(JobRecord record) {
        return new String(RecordText.write(record), StandardCharsets.UTF_8);
    }

    private static JobRecord read(String text) throws UnreadableRecordException {
        return RecordText.read("state/job/1.json", text.getBytes(StandardCharsets.UTF_8));
    }
}
