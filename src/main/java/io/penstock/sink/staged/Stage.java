/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.BsonCursor;
import io.penstock.record.LetterEvent;
import io.penstock.record.Sha256;
import io.penstock.record.Version;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * What one writer staged between two checkpoints: all that the committer needs to find it again, and to tell whether it is all there.
 *
 * @param name under which the staging area has it
 * @param rows how many changes were staged
 * @param digest the sum, modulo 2^64, of their {@link StagedRow#check() checks}
 * @param first the least version
 * @param last the greatest version
 * @param targets the tables or collections, sorted
 * @param letters what became, while these were staged, of changes that the target refuses
 */
public record Stage(
        Name name,
        long rows,
        long digest,
        Version first,
        Version last,
        List<String> targets,
        List<LetterEvent> letters) {
    /** The order in which stages are applied: that of their checkpoints, and for one writer that in which it wrote them. */
    static final Comparator<Stage> ORDER = Comparator.<Stage>comparingLong(
                    stage -> stage.name().afterCheckpoint())
            .thenComparing(stage -> stage.name().writer())
            .thenComparingLong(stage -> stage.name().number());

    public Stage {
        targets = List.copyOf(targets);
        letters = List.copyOf(letters);
    }

    /**
     * A stage's identity.
     *
     * @param writer one life of one subtask's writer: never used twice, so that a number of an earlier life cannot be taken for this one's
     * @param number 1 for the writer's first stage, growing by 1
     * @param afterCheckpoint everything in it was written after this checkpoint; 0 at the job's beginning
     */
    public record Name(UUID writer, long number, long afterCheckpoint) {
        /** A short form for each staged row: 64 bits of a hash over writer and number. */
        public long id() {
            return BsonCursor.readLong(Sha256.digest().digest((writer + "/" + number).getBytes(UTF_8)), 0);
        }
    }

    /** For messages. */
    String describe() {
        return rows + " changes for " + String.join(", ", targets) + ", versions " + first + " to " + last
                + ", written after checkpoint " + name.afterCheckpoint();
    }
}
