/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AuditChainTest {
    private static final Author ANN = new Author("ann@quay, process 7", "2026-11-23T03:00:00Z");

    /** Any other program can compute it: docs/metadata.md has the same entry. */
    @Test
    void theHashOfAnEntryIsPinned() {
        AuditEntry entry = new AuditEntry(
                "orders",
                2,
                "00000000-0000-0000-0000-000000000001",
                "2026-11-23T03:00:00Z",
                "ann@quay, process 7",
                new AuditEvent("pause", new TreeMap<>(Map.of("record", "2", "savepoint", "file:/é/savepoint-1"))),
                Optional.of("ab".repeat(32)),
                "");
        assertThat(entry.hashed().hash()).isEqualTo("dcad45d778cdfbc595909d907810870a44e44c2c2bece1ff3d9abf943ec1f1ce");
    }

    @Test
    void aLogAsItWasWrittenHasNoProblem() {
        assertThat(problems(log(30))).isEmpty();
        assertThat(problems(List.of())).isEmpty();
    }

    @Property(tries = 300)
    void aChangedFieldIsFound(@ForAll @IntRange(min = 1, max = 12) int length, @ForAll long seed) {
        Random random = new Random(seed);
        List<AuditEntry> log = log(length);
        int at = random.nextInt(length);
        log.set(at, changed(log.get(at), random.nextInt(8)));
        assertThat(problems(log)).anyMatch(problem -> problem.startsWith("entry "));
    }

    /** Whoever also computes its hash anew is found at the next entry; at the last one, by a hash that was noted elsewhere. */
    @Property(tries = 300)
    void aChangedEntryWithAFittingHashIsFound(@ForAll @IntRange(min = 2, max = 12) int length, @ForAll long seed) {
        Random random = new Random(seed);
        List<AuditEntry> log = log(length);
        int at = random.nextInt(length - 1);
        log.set(at, changed(log.get(at), random.nextInt(7)).hashed());
        assertThat(problems(log)).isNotEmpty();
    }

    @Property(tries = 300)
    void aMissingEntryIsFound(@ForAll @IntRange(min = 2, max = 12) int length, @ForAll long seed) {
        List<AuditEntry> log = log(length);
        int at = new Random(seed).nextInt(length - 1);
        log.remove(at);
        assertThat(problems(log)).anyMatch(problem -> problem.contains("missing"));
    }

    @Property(tries = 300)
    void aDoubledEntryIsFound(@ForAll @IntRange(min = 1, max = 12) int length, @ForAll long seed) {
        Random random = new Random(seed);
        List<AuditEntry> log = log(length);
        log.add(random.nextInt(length + 1), log.get(random.nextInt(length)));
        assertThat(problems(log)).isNotEmpty();
    }

    @Property(tries = 300)
    void anotherOrderIsFoundAlsoWhenTheNumbersAreSwapped(
            @ForAll @IntRange(min = 2, max = 12) int length, @ForAll long seed) {
        Random random = new Random(seed);
        List<AuditEntry> log = log(length);
        int one = random.nextInt(length - 1);
        int other = one + 1 + random.nextInt(length - one - 1);
        AuditEntry first = log.get(one);
        AuditEntry second = log.get(other);
        log.set(one, numbered(second, first.seq()));
        log.set(other, numbered(first, second.seq()));
        assertThat(problems(log)).isNotEmpty();
        log.set(one, first);
        log.set(other, second);
        assertThat(problems(log)).isEmpty();
        Collections.swap(log, one, other);
        assertThat(problems(log)).isNotEmpty();
    }

    @Property(tries = 100)
    void anEntryOfElsewhereIsFound(@ForAll @IntRange(min = 1, max = 12) int length, @ForAll long seed) {
        List<AuditEntry> log = log(length);
        int at = new Random(seed).nextInt(length);
        log.set(at, log(length).get(at)); // alike but for its id
        assertThat(
                        at == length - 1
                                ? hashes(log).contains(log(length).get(at).hash())
                                : problems(log).isEmpty())
                .isFalse();
    }

    @Test
    void anEntryOfAnotherJobIsFound() {
        List<AuditEntry> log = log(1);
        AuditChain chain = new AuditChain("cities");
        chain.add(log.get(0));
        assertThat(chain.problems()).containsExactly("entry 1 is of the job orders");
    }

    @Test
    void theEndCutOffIsFoundByTheRecord() {
        AuditChain chain = chain(log(9).subList(0, 6));
        chain.compareWithRecord(6);
        assertThat(chain.problems()).isEmpty();
        chain.compareWithRecord(7);
        assertThat(chain.problems()).hasSize(1).first().asString().startsWith("version 7 of the job's record");
    }

    @Test
    void theEndMadeAnewIsFoundByAHashThatWasNoted() {
        List<AuditEntry> log = log(9);
        String noted = log.get(8).hash();
        assertThat(chain(log).has(noted)).isTrue();
        log.set(8, changed(log.get(8), 3).hashed());
        assertThat(problems(log)).isEmpty();
        assertThat(chain(log).has(noted)).isFalse();
    }

    @Test
    void aRecordWithoutAnEntryIsNamed() {
        List<AuditEntry> log = new ArrayList<>();
        append(log, AuditEvent.of("start").with("record", 4));
        append(log, AuditEvent.of("savepoint"));
        append(log, AuditEvent.of("configure").with("record", 5));
        append(log, AuditEvent.of("resume").with("record", 5));
        append(log, AuditEvent.of("pause").with("record", 8));
        assertThat(problems(log)).hasSize(2).first().asString().startsWith("version 6 of the job's record");
        append(log, AuditEvent.of("start").with("record", 6));
        assertThat(problems(log)).as("overtaken by the next").hasSize(1);
    }

    @Test
    void whatCannotNameAFieldIsNoDetail() {
        assertThatThrownBy(() -> AuditEvent.of("start").with("a.b", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AuditEvent.of("start").with("$a", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AuditEvent.of("")).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<AuditEntry> log(int length) {
        List<AuditEntry> log = new ArrayList<>();
        for (int i = 1; i <= length; i++) {
            append(log, AuditEvent.of(i % 2 == 0 ? "pause" : "start").with("record", i));
        }
        return log;
    }

    private static void append(List<AuditEntry> log, AuditEvent event) {
        Optional<AuditEntry> last = log.isEmpty() ? Optional.empty() : Optional.of(log.get(log.size() - 1));
        log.add(AuditEntry.after(last, "orders", ANN, event));
    }

    private static AuditChain chain(List<AuditEntry> log) {
        AuditChain chain = new AuditChain("orders");
        log.forEach(chain::add);
        return chain;
    }

    private static List<String> problems(List<AuditEntry> log) {
        return chain(log).problems();
    }

    private static List<String> hashes(List<AuditEntry> log) {
        return log.stream().map(AuditEntry::hash).toList();
    }

    private static AuditEntry numbered(AuditEntry entry, long seq) {
        return new AuditEntry(
                entry.job(), seq, entry.id(), entry.at(), entry.by(), entry.event(), entry.previous(), entry.hash());
    }

    /** One field is another: job, id, time, author, action, a detail, a detail more, or the hash. */
    private static AuditEntry changed(AuditEntry entry, int field) {
        return new AuditEntry(
                entry.job() + (field == 0 ? "2" : ""),
                entry.seq(),
                entry.id() + (field == 1 ? "0" : ""),
                field == 2 ? "2026-11-23T03:00:01Z" : entry.at(),
                entry.by() + (field == 3 ? "1" : ""),
                switch (field) {
                    case 4 -> new AuditEvent("cancel", entry.event().details());
                    case 5 -> entry.event().with("record", "0");
                    case 6 -> entry.event().with("more", "");
                    default -> entry.event();
                },
                entry.previous(),
                field == 7 ? "0".repeat(64) : entry.hash());
    }
}
