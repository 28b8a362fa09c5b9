/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.penstock.devserver.DevServer;
import io.penstock.record.ChangeRecord;
import io.penstock.record.DeadLetter;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.record.LetterEvent;
import io.penstock.record.LetterEvent.Refused;
import io.penstock.record.LetterEvent.Replayed;
import io.penstock.record.LetterEvent.Superseded;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.deadletter.DeadLetterTargets;
import io.penstock.spec.JobSpec;
import io.penstock.store.LetterFilter;
import io.penstock.store.LetterState;
import io.penstock.store.LetterStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands on real stores; the test is the job that has written the letters, and that replays them. */
class DlqCommandITCase {
    private static final Namespace ORDERS = new Namespace("shop", "orders");
    private static final byte[] DOCUMENT = Changes.bson("{_id: 2, price: {$numberDecimal: '1.00'}, text: 'ä'}");

    @TempDir
    private Path folder;

    private DevServer server;
    private Path file;
    private String printed;

    @BeforeEach
    void start() throws Exception {
        server = DevServer.builder().start();
        in("files");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A job whose letters are in a place of that type. */
    private void in(String type) throws Exception {
        file = Files.writeString(
                folder.resolve("orders.yaml"),
                """
                name: orders
                source: {uri: "%s", collections: [shop.orders]}
                sinks: [{type: files, name: base, path: "%s"}, {type: files, name: other, path: "%s"}]
                pipeline: {state-dir: "%s"}
                %s
                """
                        .formatted(
                                server.uri(),
                                folder.resolve("export"),
                                folder.resolve("export2"),
                                folder.resolve("state"),
                                type.equals("metadata") ? "metadata: {uri: \"" + server.uri() + "\"}" : ""));
    }

    private JobSpec job() {
        return JobFiles.read(file);
    }

    private static ChangeRecord change(int n) {
        Version version = Version.event(Changes.clusterTime(1_760_000_000L + n, 1));
        return n == 3
                ? Changes.delete(ORDERS, "{_id: 3}", version)
                : Changes.insert(
                        ORDERS, "{_id: " + n + "}", version, n == 2 ? DOCUMENT : Changes.bson("{_id: " + n + "}"));
    }

    private static DeadLetter letter(int n, int attempts) {
        return new DeadLetter("base", change(n), Reason.INVALID, "23514", "violates \"positive\"", attempts);
    }

    private static String id(int n) {
        return letter(n, 1).id();
    }

    private void settle(LetterEvent... events) throws Exception {
        try (LetterStore letters = DeadLetterTargets.open(job())) {
            letters.settle(List.of(events));
        }
    }

    private void refuse(int... numbers) throws Exception {
        List<LetterEvent> events = new ArrayList<>();
        for (int n : numbers) {
            events.add(new Refused(letter(n, 1)));
        }
        settle(events.toArray(LetterEvent[]::new));
    }

    private Map<String, LetterState> states() throws Exception {
        Map<String, LetterState> states = new HashMap<>();
        try (LetterStore letters = DeadLetterTargets.open(job())) {
            letters.list(LetterFilter.ALL, letter -> states.put(letter.id(), letter.state()));
        }
        return states;
    }

    private int penstock(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        int code = command.execute(arguments);
        printed = out.toString();
        return code;
    }

    private int dlq(String verb, String... arguments) {
        List<String> all = new ArrayList<>(List.of("dlq", verb, file.toString()));
        all.addAll(List.of(arguments));
        return penstock(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "metadata"})
    void lettersAreListedAndFiltered(String type) throws Exception {
        in(type);
        assertThat(dlq("list")).isZero();
        assertThat(printed).isEqualTo("no dead letters\n");
        refuse(1, 2, 3);
        settle(
                new Superseded(id(3)),
                new Refused(new DeadLetter("other", change(1), Reason.TOO_LARGE, null, "too large", 1)));
        assertThat(dlq("list")).isZero();
        assertThat(printed.lines().toList()).hasSize(6).anySatisfy(line -> assertThat(line)
                .startsWith(id(2).substring(0, 12) + "  2025-10-09T08:53:22Z  base   shop.orders  ")
                .contains("{\"_id\": {\"$numberInt\": \"2\"}}  invalid    23514  1         open"));
        assertThat(printed).endsWith("4 letters: 3 open, 1 superseded\n");

        assertThat(dlq("list", "--sink", "base", "--state", "open,requested")).isZero();
        assertThat(printed).endsWith("2 letters: 2 open\n");
        assertThat(dlq("list", "--collection", "shop.other")).isZero();
        assertThat(printed).isEqualTo("no dead letters\n");
        assertThat(dlq("list", "--json", "--state", "SUPERSEDED")).isZero();
        JsonNode listing = new JsonMapper().readTree(printed);
        assertThat(listing.path("letters").findValuesAsText("id")).containsExactly(id(3));
        assertThat(listing.path("totals").toString()).isEqualTo("{\"SUPERSEDED\":1}");
    }

    @Test
    void aLetterIsShownWithItsDocument() throws Exception {
        refuse(2, 3);
        assertThat(dlq("show", id(2).substring(0, 8), "--document")).isZero();
        assertThat(printed)
                .contains("letter      " + id(2), "state       open since ", ", refused once, last at ")
                .contains("reason      invalid, code 23514", "the target  violates \"positive\"")
                .contains("document    shop.orders {\"_id\": {\"$numberInt\": \"2\"}}", "change      c, version ")
                .endsWith("{\"_id\":{\"$numberInt\":\"2\"},\"price\":{\"$numberDecimal\":\"1.00\"},\"text\":\"ä\"}\n");
        assertThat(dlq("show", id(2), "--document", "--json")).isZero();
        JsonNode shown = new JsonMapper().readTree(printed);
        assertThat(shown.path("document").path("price").path("$numberDecimal").asText())
                .isEqualTo("1.00");
        assertThat(shown.path("message").asText()).isEqualTo("violates \"positive\"");
        assertThat(dlq("show", id(3), "--document")).isZero();
        assertThat(printed).endsWith("none: it is a delete\n");
        assertThat(dlq("show", id(3), "--raw")).isEqualTo(1);
        assertThat(dlq("show", id(2), "--raw", "--json")).isEqualTo(2);
    }

    @Test
    void rawIsTheDocumentByteForByte() throws Exception {
        refuse(2);
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(dlq("show", id(2), "--raw")).isZero();
        } finally {
            System.setOut(before);
        }
        assertThat(bytes.toByteArray()).isEqualTo(DOCUMENT);
        assertThat(printed).isEmpty();
    }

    @Test
    void aLetterThatIsNotThereOrNotToldApartIsSaid() throws Exception {
        refuse(1, 2);
        assertThat(dlq("show", "0123456789")).isEqualTo(1);
        assertThat(printed).contains("there is no dead letter 0123456789; penstock dlq list shows");
        assertThat(dlq("show", "abc")).isEqualTo(2);
        assertThat(printed).contains("'abc' is no letter's id: expected 4 to 32 hex digits");
        assertThat(dlq("replay")).isEqualTo(2);
        assertThat(printed).contains("name letters by their ids, or all of a sink by --sink, or all by --all");
        assertThat(dlq("replay", id(1), "--all")).isEqualTo(2);
        assertThat(dlq("replay", "--all", "--wait", "soon")).isEqualTo(2);
        assertThat(printed).contains("--wait: 'soon' is no duration");
        assertThat(states()).containsValue(LetterState.OPEN).doesNotContainValue(LetterState.REQUESTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "metadata"})
    void aJobThatDoesNotRunReplaysWithItsNextStart(String type) throws Exception {
        in(type);
        refuse(1, 2);
        assertThat(dlq("replay", "--all")).isZero();
        assertThat(printed)
                .isEqualTo("orders does not run: 2 letters are asked for, and exported when it is started next\n");
        assertThat(states()).hasSize(2).containsOnlyKeys(id(1), id(2)).doesNotContainValue(LetterState.OPEN);
        assertThat(dlq("replay", "--sink", "other")).isZero();
        assertThat(printed).isEqualTo("no dead letters to replay\n");
    }

    /** What becomes of the letters of which one runs; that job is played by another thread. */
    private CompletableFuture<Void> job(ExecutorService thread, int letters, LetterEvent... events) {
        return CompletableFuture.runAsync(
                () -> {
                    try (LetterStore mine = DeadLetterTargets.open(job())) {
                        Awaitility.await()
                                .atMost(java.time.Duration.ofMinutes(2))
                                .until(() ->
                                        mine.requested(Map.of(), Long.MAX_VALUE).size() == letters);
                        mine.settle(List.of(events));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                thread);
    }

    private RunRecord running(StateFolder state) throws Exception {
        RunRecord record =
                RunRecord.open(state, job(), Files.readString(file), new Audit(Map.of("command", "run"), problem -> {
                    throw new IllegalStateException(problem);
                }));
        record.begin(record.next("a".repeat(32), Optional.empty()));
        return record;
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "metadata"})
    void aRunningJobIsWaitedForLetterByLetter(String type) throws Exception {
        in(type);
        refuse(1, 2, 3);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (StateFolder state = StateFolder.open(folder.resolve("state"));
                RunRecord running = running(state)) {
            assertThat(running.isKnown()).isTrue();
            CompletableFuture<Void> replayed =
                    job(thread, 3, new Replayed(id(1)), new Superseded(id(2)), new Refused(letter(3, 2)));
            assertThat(dlq("replay", "--all", "--wait", "2min")).isEqualTo(1);
            replayed.get();
            assertThat(printed.lines())
                    .containsExactlyInAnyOrder(
                            id(1).substring(0, 12) + "  shop.orders {\"_id\": {\"$numberInt\": \"1\"}}  is replayed",
                            id(2).substring(0, 12)
                                    + "  shop.orders {\"_id\": {\"$numberInt\": \"2\"}}  is superseded: a newer version was exported since",
                            id(3).substring(0, 12)
                                    + "  shop.orders {\"_id\": {\"$numberInt\": \"3\"}}  was refused again, 2 times now: violates \"positive\" (23514)");
            assertThat(states()).containsEntry(id(3), LetterState.OPEN);

            CompletableFuture<Void> again = job(thread, 1, new Replayed(id(3)));
            assertThat(dlq("replay", id(3).substring(0, 10), "--json", "--wait", "2min"))
                    .isZero();
            again.get();
            JsonNode said = new JsonMapper().readTree(printed);
            assertThat(said.path("runs").asBoolean()).isTrue();
            assertThat(said.path("letters").findValuesAsText("end")).containsExactly("REPLAYED");
            assertThat(dlq("replay", id(3))).as("replayed before").isZero();
            assertThat(printed).contains("is replayed");
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void aRunningJobThatIsNotHeardOfIsSaidAndTheLetterWaitsOn() throws Exception {
        refuse(1);
        try (StateFolder state = StateFolder.open(folder.resolve("state"));
                RunRecord running = running(state)) {
            assertThat(running.isKnown()).isTrue();
            assertThat(dlq("replay", id(1), "--wait", "10ms")).isEqualTo(1);
            assertThat(printed)
                    .isEqualTo(
                            "1 letter is asked for, and not heard of yet; to see what became of them: penstock dlq list "
                                    + file + "\n");
            assertThat(dlq("replay", id(1), "--wait", "0s")).isZero();
            assertThat(states()).containsEntry(id(1), LetterState.REQUESTED);
        }
    }

    @Test
    void theLettersOfASinkThatIsThereNoMoreCanBeRemovedAndNotReplayed() throws Exception {
        settle(new Refused(new DeadLetter("gone", change(1), Reason.INVALID, "1", "no", 1)));
        assertThat(dlq("replay", "--all")).isEqualTo(2);
        assertThat(printed).contains("is of the sink 'gone', which the job file does not have");
        assertThat(dlq("purge", "--sink", "gone", "--yes")).isZero();
        assertThat(states()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "metadata"})
    void purgingSaysWhatItWouldRemoveUntilItIsToldTo(String type) throws Exception {
        in(type);
        refuse(1, 2, 3);
        settle(new Replayed(id(1)), new Superseded(id(2)));
        assertThat(dlq("purge", "--replayed")).isEqualTo(2);
        assertThat(printed)
                .contains("2 letters: 1 replayed, 1 superseded")
                .endsWith("nothing was removed: add --yes to remove them\n");
        assertThat(states()).hasSize(3);
        assertThat(dlq("purge", "--replayed", "--yes")).isZero();
        assertThat(printed).endsWith("removed\n");
        assertThat(states()).containsOnlyKeys(id(3));
        assertThat(dlq("purge", "--replayed", "--all", "--yes")).isEqualTo(2);
        assertThat(dlq("purge", "--json", id(3), "--yes")).isZero();
        assertThat(new JsonMapper().readTree(printed).path("done").asBoolean()).isTrue();
        assertThat(states()).isEmpty();
        assertThat(dlq("purge", "--all")).isZero();
        assertThat(printed).isEqualTo("no dead letters\n");
    }

    @Test
    void whatIsDoneIsEnteredInTheAuditLog() throws Exception {
        in("metadata");
        refuse(1, 2);
        dlq("replay", id(1));
        dlq("purge", "--all");
        dlq("purge", "--all", "--yes");
        assertThat(penstock("audit", "list", "--json", file.toString())).isZero();
        JsonNode entries = new JsonMapper().readTree(printed);
        assertThat(entries.findValuesAsText("action")).containsExactly("dlq-replay", "dlq-purge");
        assertThat(entries.path(0).path("details").path("letters").asText()).isEqualTo(id(1));
        assertThat(entries.path(1).path("details").path("count").asText()).isEqualTo("2");
        assertThat(penstock("audit", "verify", file.toString())).isZero();
    }
}
