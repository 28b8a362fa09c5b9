/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Outages of targets, one after the other, and the table of them. */
final class TargetOutages {
    private final Callable<Path> folders;
    private final int seconds;
    private final long seed;
    private final Consumer<String> says;

    /** @param folders gives a new one each time */
    TargetOutages(Callable<Path> folders, int seconds, long seed, Consumer<String> says) {
        this.folders = folders;
        this.seconds = seconds;
        this.seed = seed;
        this.says = says;
    }

    /**
     * Runs them.
     *
     * @param target one of {@link Target#NAMES}, or null for each
     * @param how one of {@link Way}, or null for each
     * @return whether each came to a good end; one that is not possible here does not when it was asked for
     * @throws IllegalArgumentException when there is no such target or way
     */
    boolean run(String target, String how) throws Exception {
        List<String> targets = target == null ? Target.NAMES : List.of(target);
        if (!Target.NAMES.containsAll(targets)) {
            throw new IllegalArgumentException("no target " + target + ": one of " + Target.NAMES);
        }
        List<Way> ways = how == null
                ? List.of(Way.values())
                : List.of(Way.named(how)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "no way " + how + ": one of " + Arrays.toString(Way.values()))));
        List<OutageRow> rows = new ArrayList<>();
        boolean good = true;
        for (String one : targets) {
            for (Way way : ways) {
                if (TargetOutage.isPossible(one, way)) {
                    good &= one(one, way, rows);
                } else {
                    says.accept(one + " " + way + " is left out: no small disk can be mounted here");
                    good &= how == null;
                }
            }
        }
        says.accept(OutageTable.markdown(rows));
        return good;
    }

    private boolean one(String target, Way way, List<OutageRow> rows) throws Exception {
        Path docs = Path.of("docs").toAbsolutePath();
        OutageTable table = new OutageTable(docs.resolve("target-outages.csv"), docs.resolve("drills.md"));
        Path folder = folders.call();
        says.accept(target + " " + way + " in " + folder);
        try {
            OutageRow row = TargetOutage.run(folder, target, way, seconds, seed, says);
            rows.add(row);
            table.put(row);
            return row.good();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // A finding; the others are tried all the same.
            says.accept(target + " " + way + " came to no end: " + e);
            return false;
        }
    }
}
