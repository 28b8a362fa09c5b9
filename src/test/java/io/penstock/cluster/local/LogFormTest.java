/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

/** A line of a cluster's log, as flink-conf/log4j.properties forms it. */
class LogFormTest {
    private static final String MESSAGE = "said \"no\"\n\tat mongodb://ann:hunter2@db:27017/?x=1, password=hunter2";
    private static final Exception FAILURE =
            new IllegalStateException("mongodb+srv://ann:hunter2@db", new IOException("C:\\folder"));

    @Test
    void aLineIsOneJsonObjectWhateverTheMessageHolds() throws IOException {
        String line = line("json");
        assertThat(line).endsWith("\n").hasLineCount(1).doesNotContain("hunter2");
        JsonNode json = new JsonMapper().readTree(line);
        assertThat(json.path("level").asText()).isEqualTo("ERROR");
        assertThat(json.path("logger").asText()).isEqualTo("io.penstock.Some");
        assertThat(json.path("message").asText())
                .isEqualTo("said \"no\"\n\tat mongodb://***@db:27017/?x=1, password=***");
        assertThat(json.path("exception").asText()).contains("IllegalStateException", "Caused by", "C:\\folder");
    }

    @Test
    void theFormForPeopleHoldsNoSecretEither() throws IOException {
        assertThat(line("text"))
                .contains("said \"no\"", "mongodb://***@db", "Caused by")
                .doesNotContain("hunter2");
    }

    private static String line(String form) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(Path.of("flink-conf", "log4j.properties"))));
        return PatternLayout.newBuilder()
                .withPattern(properties.getProperty("property." + form))
                .withAlwaysWriteExceptions(false)
                .build()
                .toSerializable(Log4jLogEvent.newBuilder()
                        .setLoggerName("io.penstock.Some")
                        .setLevel(Level.ERROR)
                        .setThreadName("main")
                        .setMessage(new SimpleMessage(MESSAGE))
                        .setThrown(FAILURE)
                        .build());
    }
}
