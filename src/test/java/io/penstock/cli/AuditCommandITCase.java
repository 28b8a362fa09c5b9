/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.penstock.devserver.DevServer;
import io.penstock.spec.JobSpec;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AuditCommandITCase {
    @TempDir
    private Path folder;

    private DevServer server;
    private Path file;
    private String printed;

    @BeforeEach
    void start() throws Exception {
        server = DevServer.builder().start();
        file = Files.writeString(folder.resolve("orders.yaml"), job("metadata: {uri: \"" + server.uri() + "\"}"));
        lives("run");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whatWasDoneIsListedWithWhoDidIt() throws Exception {
        assertThat(penstock("audit", "list", file.toString())).isZero();
        assertThat(printed)
                .containsPattern("(?m)^ +1 {2}\\S+ {2}start {5}")
                .containsPattern("(?m)^ +2 {2}\\S+ {2}pause {5}")
                .contains("(process " + ProcessHandle.current().pid() + ") on ", "command run", "record 2");
        Files.writeString(file, Files.readString(file) + "windows: {every: 1 h}\n");
        lives("resume");
        assertThat(penstock("audit", "list", "--last", "3", "--json", file.toString()))
                .isZero();
        JsonNode entries = new JsonMapper().readTree(printed);
        assertThat(entries.findValuesAsText("action")).containsExactly("configure", "start", "pause");
        assertThat(entries.path(0).path("details").path("changed").asText()).isEqualTo("windows.every");
        assertThat(entries.path(1).path("previous")).isEqualTo(entries.path(0).path("hash"));
    }

    @Test
    void aLogIsCheckedAndWhatWasChangedIsNamed() throws Exception {
        assertThat(penstock("audit", "verify", "--json", file.toString())).isZero();
        String last = new JsonMapper().readTree(printed).path("lastHash").asText();
        lives("run");
        assertThat(penstock("audit", "verify", "--has", last, file.toString())).isZero();
        assertThat(printed).contains("orders: 4 entries, as they were written");
        try (MongoClient client = MongoClients.create(server.uri())) {
            client.getDatabase("penstock")
                    .getCollection("audit")
                    .updateOne(Filters.eq("seq", 2), Updates.set("by", "nobody"));
            assertThat(penstock("audit", "verify", file.toString())).isEqualTo(1);
            assertThat(printed).contains("entry 2 was changed", "not as they were written");
            client.getDatabase("penstock").getCollection("audit").deleteMany(Filters.gte("seq", 2));
            assertThat(penstock("audit", "verify", "--has", last, file.toString()))
                    .isEqualTo(1);
            assertThat(printed).contains("version 2 of the job's record has no entry", "no entry has the hash " + last);
        }
    }

    @Test
    void aJobWithoutAMetadataStoreHasNoLog() throws Exception {
        Files.writeString(file, job(""));
        assertThat(penstock("audit", "verify", file.toString())).isEqualTo(2);
        assertThat(printed).contains("only a job with a metadata store has an audit log");
    }

    private String job(String metadata) {
        return """
                name: orders
                source: {uri: "%s", collections: [shop.orders]}
                sinks: [{type: files, path: "%s"}]
                pipeline: {state-dir: "%s"}
                %s
                """
                .formatted(server.uri(), folder.resolve("export"), folder.resolve("state"), metadata);
    }

    /** What a run writes, from its beginning to its end. */
    private void lives(String command) throws Exception {
        String text = Files.readString(file);
        JobSpec job = JobSpec.parse(file.toString(), text, variable -> null);
        try (StateFolder state = StateFolder.open(folder.resolve("state"));
                RunRecord record = RunRecord.open(state, job, text, new Audit(Map.of("command", command), problem -> {
                    throw new IllegalStateException(problem);
                }))) {
            record.begin(record.next("a".repeat(32), Optional.empty()));
        }
    }

    private int penstock(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        int code = command.execute(arguments);
        printed = out.toString();
        return code;
    }
}
