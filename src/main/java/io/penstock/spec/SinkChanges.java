/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.util.List;

/** What it means that a job has other sinks than the state that it goes on from. A sink's name tells which state is its own. */
final class SinkChanges {
    private static final String ANOTHER =
            "give the sink another name as well: then the old one is removed, and the new one begins with the next change";

    private SinkChanges() {}

    /** The sink of that name, or null. */
    static SinkSpec named(JobSpec job, String name) {
        return job.sinks().stream()
                .filter(sink -> sink.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    static SpecChange added(SinkSpec sink) {
        return SpecChange.compatible(
                key(sink.name()),
                "is added: it begins with the next change. What was exported before is not written to it, so that it is no"
                        + " copy of the collections; for one, begin a job of its own");
    }

    static SpecChange removed(SinkSpec sink, JobSpec after) {
        for (SinkSpec other : after.sinks()) {
            if (sharesTarget(sink, other)) {
                return SpecChange.refused(
                        key(sink.name()),
                        "is removed, and " + key(other.name()) + " writes to the same place: under another name it is"
                                + " another sink, and what the first had written and not committed would be missing there",
                        "keep the name '" + sink.name() + "'");
            }
        }
        if (maybeBehind(sink)) {
            return SpecChange.compatible(
                    key(sink.name()),
                    "is removed: what it has committed stays, and what waits for its target in the state is given up, after a stop with"
                            + " a savepoint too: look at its metric 'behind' before. Flink has to be told that the sink's state may be"
                            + " left out (allowNonRestoredState)");
        }
        String uncommitted = "; from a checkpoint, " + uncommitted(sink);
        return SpecChange.compatible(
                key(sink.name()),
                "is removed: what it has committed stays. After a stop with a savepoint that is all it was given"
                        + uncommitted
                        + ". Flink has to be told that the sink's state may be left out (allowNonRestoredState)");
    }

    private static boolean maybeBehind(SinkSpec sink) {
        return (sink instanceof JdbcSinkSpec jdbc && jdbc.whenDown() == WhenDown.FALL_BEHIND)
                || (sink instanceof MongoSinkSpec mongo && mongo.whenDown() == WhenDown.FALL_BEHIND);
    }

    private static String uncommitted(SinkSpec sink) {
        if (sink instanceof KafkaSinkSpec) {
            return "transactions that it had not committed are aborted by the broker after their timeout, and until then"
                    + " consumers of committed messages wait at them";
        }
        if (sink instanceof MongoSinkSpec mongo && mongo.mode() == MongoSinkSpec.Mode.UPSERT) {
            return "changes after it may be there too";
        }
        return sink instanceof JdbcSinkSpec || sink instanceof MongoSinkSpec
                ? "changes that it had staged and not applied stay in its staging area, and can be deleted"
                : "files that it had not committed stay hidden, and can be deleted";
    }

    /** Which collections a sink exports. It has no state of them. */
    static SpecChange collections(String key, JobSpec before, JobSpec after) {
        String name = key.substring(key.indexOf('[') + 1, key.lastIndexOf(']'));
        List<CollectionSelector> was = named(before, name).collections();
        List<CollectionSelector> is = named(after, name).collections();
        String removed = was.isEmpty() ? "all others" : CollectionSelector.missing(is, was);
        String added = is.isEmpty() ? "all others" : CollectionSelector.missing(was, is);
        String meaning = "";
        if (!is.isEmpty() && !removed.isEmpty()) {
            meaning += "without " + removed
                    + ": of collections that nothing else selects it gets no later change; what it has of them stays";
        }
        if (!was.isEmpty() && !added.isEmpty()) {
            meaning += (meaning.isEmpty() ? "" : ". ") + "With " + added
                    + ": of collections that were not selected it begins with the next change. What was exported before is not"
                    + " written to it, so that it is no copy of them; if it had one before, what happened since is missing there";
        }
        return SpecChange.compatible(key, meaning.isEmpty() ? "the same in another order" : meaning);
    }

    static SpecChange ofAnotherType(String name) {
        return SpecChange.refused(
                key(name), "is a sink of another type: what is in the state under its name is not for that", ANOTHER);
    }

    /** A rule for what makes a target another target. */
    static ChangeRules.Rule anotherTarget(String reason) {
        return (key, before, after) -> SpecChange.refused(key, reason, ANOTHER);
    }

    private static boolean sharesTarget(SinkSpec sink, SinkSpec other) {
        if (sink instanceof FilesSinkSpec files && other instanceof FilesSinkSpec others) {
            return Checks.folder(files.path()).equals(Checks.folder(others.path()));
        }
        if (sink instanceof JdbcSinkSpec jdbc && other instanceof JdbcSinkSpec others) {
            return jdbc.url().equals(others.url())
                    && jdbc.schema().equals(others.schema())
                    && jdbc.table().equals(others.table());
        }
        if (sink instanceof MongoSinkSpec mongo && other instanceof MongoSinkSpec others) {
            return mongo.uri().equals(others.uri())
                    && mongo.database().equals(others.database())
                    && mongo.collection().equals(others.collection());
        }
        return sink instanceof KafkaSinkSpec kafka
                && other instanceof KafkaSinkSpec others
                && kafka.bootstrapServers().equals(others.bootstrapServers())
                && kafka.topic().equals(others.topic());
    }

    private static String key(String name) {
        return "sinks[" + name + "]";
    }
}
