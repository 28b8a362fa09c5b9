/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.sink.deadletter.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A target without transactions, in memory, that can die before each single write. What one method does to it may so be half done; a row
 * is written or not.
 */
final class MemoryTarget implements StagedTarget {
    private static final long serialVersionUID = 1L;

    /** Entries of stages, with the subtask that staged them. */
    final transient Map<Stage.Name, Integer> stages = new HashMap<>();

    final transient Map<Long, List<StagedRow>> staged = new HashMap<>();
    final transient Map<UUID, Long> applied = new HashMap<>();

    /** By key: the newest change, deletes too. */
    final transient Map<String, ChangeRecord> rows = new HashMap<>();

    /** How many writes are left until it dies; negative: it does not. */
    transient int writesLeft = -1;

    private void write() throws IOException {
        if (writesLeft == 0) {
            throw new IOException("it died, as the test wants it");
        }
        writesLeft--;
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
                    if (leftover.includes(each.getValue(), each.getKey().afterCheckpoint())) {
                        remove(each.getKey());
                        removed++;
                    }
                }
                return removed;
            }

            @Override
            public List<Refusal> add(Stage.Name stage, int subtask, String target, Collection<StagedRow> rows)
                    throws IOException {
                write();
                stages.put(stage, subtask);
                write();
                staged.computeIfAbsent(stage.id(), any -> new ArrayList<>()).addAll(rows);
                return List.of();
            }

            @Override
            public void close() {}
        };
    }

    private void remove(Stage.Name stage) throws IOException {
        write();
        staged.remove(stage.id());
        write();
        stages.remove(stage);
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
                List<StagedRow> found = staged.getOrDefault(stage.name().id(), List.of());
                return new Content(
                        found.size(), found.stream().mapToLong(StagedRow::check).sum());
            }

            @Override
            public List<Refusal> apply(List<Stage> stages) throws IOException {
                for (Stage stage : stages) {
                    for (StagedRow row : staged.get(stage.name().id())) {
                        String key = row.change().key().toString();
                        ChangeRecord there = rows.get(key);
                        if (there == null || row.isNewerThan(StagedRow.of(there))) {
                            write();
                            rows.put(key, row.change());
                        }
                    }
                }
                return List.of();
            }

            @Override
            public void markApplied(Stage stage) throws IOException {
                write();
                applied.merge(stage.name().writer(), stage.name().number(), Math::max);
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
