/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.DeadLetter;
import io.penstock.record.Namespace;
import io.penstock.sink.deadletter.Refusal;
import io.penstock.sink.outage.Fault;
import io.penstock.sink.outage.FaultTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A target without transactions, in memory, that can die before each single write, or fail at it for once, before or behind it. What one method does to it may
 * so be half done; a row is written or not. Rows are staged under the numbers that the writer gives them.
 */
final class MemoryTarget implements StagedTarget {
    private static final long serialVersionUID = 1L;

    /** Entries of stages, with the subtask that staged them. */
    final transient Map<Stage.Name, Integer> stages = new HashMap<>();

    final transient Map<Long, SortedMap<Long, StagedRow>> staged = new HashMap<>();
    final transient Map<UUID, Long> applied = new HashMap<>();

    /** By key: the newest change, deletes too. */
    final transient Map<String, ChangeRecord> rows = new HashMap<>();

    /** How many writes are left until it dies; negative: it does not. */
    transient int writesLeft = -1;

    /** Of 100 writes so many fail and are not done, and as many are done and their answer is lost. */
    transient volatile int failing;

    /** Keys whose changes are refused when they are applied. */
    final transient Set<String> refused = new HashSet<>();

    transient Random random = new Random(0);
    transient int failed;

    /** A failure that passes. */
    static final class Away extends IOException {
        private static final long serialVersionUID = 1L;

        private Away(String when) {
            super("away " + when + ", as the test wants it");
        }
    }

    private void write(Runnable write) throws IOException {
        if (writesLeft == 0) {
            throw new IOException("it died, as the test wants it");
        }
        writesLeft--;
        int fate = random.nextInt(100);
        if (fate < failing) {
            failed++;
            throw new Away("before");
        }
        write.run();
        if (fate >= 100 - failing) {
            failed++;
            throw new Away("behind");
        }
    }

    @Override
    public FaultTable faults() {
        return failure -> new Fault(failure instanceof Away ? Fault.Kind.TRANSIENT : Fault.Kind.RECORD, "", "");
    }

    @Override
    public String targetOf(Namespace namespace) {
        return namespace.collection();
    }

    @Override
    public StagingArea openArea(String sink) {
        return new StagingArea() {
            @Override
            public int removeLeftovers(Leftover leftover) throws IOException {
                int removed = 0;
                for (Map.Entry<Stage.Name, Integer> each : List.copyOf(stages.entrySet())) {
                    if (leftover.includes(
                            each.getKey().id(), each.getValue(), each.getKey().afterCheckpoint())) {
                        remove(each.getKey());
                        removed++;
                    }
                }
                return removed;
            }

            @Override
            public List<Refusal> add(
                    Stage.Name stage, int subtask, String target, Collection<StagedRow> rows, Added before)
                    throws IOException {
                write(() -> stages.put(stage, subtask));
                SortedMap<Long, StagedRow> there = staged.computeIfAbsent(stage.id(), any -> new TreeMap<>());
                if (!before.isRepeated()) {
                    assertThat(there).hasSize((int) before.rows());
                }
                long number = before.offered();
                for (StagedRow row : rows) {
                    long its = number++;
                    write(() -> there.put(its, row));
                }
                return List.of();
            }

            @Override
            public void close() {}
        };
    }

    private void remove(Stage.Name stage) throws IOException {
        write(() -> staged.remove(stage.id()));
        write(() -> stages.remove(stage));
    }

    @Override
    public StageApplier openApplier(String sink) {
        return new StageApplier() {
            @Override
            public void inOneStep(List<Stage> stages, Step step) throws IOException {
                step.run();
            }

            @Override
            public long lastApplied(UUID writer) {
                return applied.getOrDefault(writer, 0L);
            }

            @Override
            public Content content(Stage stage) {
                Collection<StagedRow> found =
                        staged.getOrDefault(stage.name().id(), new TreeMap<>()).values();
                return new Content(
                        found.size(), found.stream().mapToLong(StagedRow::check).sum());
            }

            @Override
            public List<Refusal> apply(List<Stage> stages) throws IOException {
                List<Refusal> refusals = new ArrayList<>();
                for (Stage stage : stages) {
                    for (StagedRow row : staged.get(stage.name().id()).values()) {
                        String key = row.change().key().toString();
                        if (refused.contains(key)) {
                            refusals.add(new Refusal(
                                    row.change(), DeadLetter.Reason.REFUSED, "refused", "as the test wants it"));
                            continue;
                        }
                        ChangeRecord there = rows.get(key);
                        if (there == null || row.isNewerThan(StagedRow.of(there))) {
                            write(() -> rows.put(key, row.change()));
                        }
                    }
                }
                return refusals;
            }

            @Override
            public void markApplied(Stage stage) throws IOException {
                write(() -> applied.merge(stage.name().writer(), stage.name().number(), Math::max));
            }

            @Override
            public void clear(Stage stage) throws IOException {
                remove(stage.name());
            }

            @Override
            public void close() {}
        };
    }
}
