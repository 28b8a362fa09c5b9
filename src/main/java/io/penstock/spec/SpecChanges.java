/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What became different between the job file that a state was written with and the one that is to go on from it.
 *
 * @param all in the order of the job file's keys; empty when both mean the same
 */
public record SpecChanges(List<SpecChange> all) {

    public SpecChanges {
        all = List.copyOf(all);
    }

    /**
     * Compares two job files. Secrets are compared by what stands in the file, not by the environment's values.
     *
     * @param before the job file of the savepoint or checkpoint
     * @param after the one to go on with
     */
    public static SpecChanges between(JobSpec before, JobSpec after) {
        if (!before.name().equals(after.name())) {
            return new SpecChanges(List.of(ChangeRules.of("name").judge("name", before, after)));
        }
        Comparison comparison = new Comparison(before, after, new ArrayList<>());
        comparison.section("", "", before, after);
        return new SpecChanges(comparison.found);
    }

    /** Whether the job can go on from its state. */
    public boolean areCompatible() {
        return refused().isEmpty();
    }

    /** Those that forbid it. */
    public List<SpecChange> refused() {
        return all.stream().filter(change -> !change.isCompatible()).toList();
    }

    /** Whether sinks, or the sealing of windows, are there no more: Flink restores a state that holds more than the job only when told so ({@code allowNonRestoredState}). */
    public static boolean leavesState(JobSpec before, JobSpec after) {
        boolean sealsNoMore = before.windows().manifests() && !after.windows().manifests();
        return sealsNoMore || before.sinks().stream().anyMatch(sink -> SinkChanges.named(after, sink.name()) == null);
    }

    /** One walk through both; a key is looked up by its kind's path, and reported by its own. */
    private record Comparison(JobSpec before, JobSpec after, List<SpecChange> found) {

        private void section(String rules, String path, Object one, Object other) {
            Class<?> type = one.getClass();
            List<Keys.Entry> keys = Keys.entries(type);
            for (int i = 0; i < keys.size(); i++) {
                RecordComponent component = type.getRecordComponents()[i];
                key(
                        rules + keys.get(i).name(),
                        path + keys.get(i).name(),
                        value(component, one),
                        value(component, other));
            }
        }

        private void key(String rule, String path, Object one, Object other) {
            if (Objects.equals(one, other)) {
                return;
            }
            if (rule.equals("sinks")) {
                sinks();
            } else if (one instanceof Record && other != null && !Scalar.knows(one.getClass())) {
                section(rule + ".", path + ".", one, other);
            } else {
                found.add(ChangeRules.of(rule).judge(path, before, after));
            }
        }

        private void sinks() {
            for (SinkSpec sink : before.sinks()) {
                SinkSpec now = SinkChanges.named(after, sink.name());
                if (now == null) {
                    found.add(SinkChanges.removed(sink, after));
                } else if (now.getClass() != sink.getClass()) {
                    found.add(SinkChanges.ofAnotherType(sink.name()));
                } else {
                    String kind = Keys.spellings(sink.getClass()).get(0);
                    section("sinks." + kind + ".", "sinks[" + sink.name() + "].", sink, now);
                }
            }
            for (SinkSpec sink : after.sinks()) {
                if (SinkChanges.named(before, sink.name()) == null) {
                    found.add(SinkChanges.added(sink));
                }
            }
        }

        private static Object value(RecordComponent component, Object section) {
            try {
                return component.getAccessor().invoke(section);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("the job file's records are public", e);
            }
        }
    }
}
