/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import io.penstock.spec.StartupSpec.Mode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a change of each key means for a job that goes on from its state: by what the operators do with the state that they restore.
 * Every key of the model has its rule; a test holds that.
 */
final class ChangeRules {
    private static final String FROM_NOW_ON = "holds from now on";
    private static final String NEW_JOB = "begin anew: another name, without a savepoint, and a target of its own";
    private static final Map<String, Rule> RULES = new LinkedHashMap<>();

    /** The decision about one key whose values differ. */
    interface Rule {
        SpecChange judge(String key, JobSpec before, JobSpec after);
    }

    static {
        refused(
                "name",
                "it is another job: state, transactions, unfinished files and the job's record are kept under the name",
                "keep the name, or start the other job without this one's state");
        source();
        reconcile();
        sinks();
        deadLetters();
        windows();
        metadata();
        pipeline();
    }

    private static void windows() {
        refused(
                "windows.every",
                "windows of another length begin a new generation of the export, which is not built yet; state and the files'"
                        + " windows would be of two lengths",
                "keep the length, or " + NEW_JOB);
        RULES.put(
                "windows.manifests",
                (key, before, after) -> after.windows().manifests()
                        ? SpecChange.refused(
                                key,
                                "what the collections held was not followed, so no window could be sealed",
                                "leave it off, or " + NEW_JOB)
                        : SpecChange.compatible(
                                key,
                                "no window is sealed from now on, nor can be again in this job; manifests that are there stay"));
        compatible("windows.signing-key", FROM_NOW_ON);
    }

    private ChangeRules() {}

    /** @throws IllegalStateException when nothing was decided about the key */
    static Rule of(String key) {
        Rule rule = RULES.get(key);
        if (rule == null) {
            throw new IllegalStateException("no rule says whether " + key + " may change under a job's state");
        }
        return rule;
    }

    private static void source() {
        refused("source.type", "positions in one kind of source mean nothing in another", NEW_JOB);
        compatible(
                "source.uri",
                "has to lead to the same deployment: the position in its change stream and its collections' identities are in the state");
        RULES.put("source.collections", ChangeRules::collections);
        for (String size : List.of("split-size", "max-documents-per-split")) {
            compatible("source.snapshot." + size, "holds for collections whose ranges have not been cut yet");
        }
        for (String rate : List.of("max-documents-per-second", "max-bytes-per-second", "adaptive")) {
            compatible("source.snapshot." + rate, FROM_NOW_ON);
        }
        for (String members : List.of("read-preference", "tags")) {
            compatible("source.snapshot." + members, "holds for what is still to be read of the snapshot");
        }
        compatible("source.stream.batch-size", FROM_NOW_ON);
        compatible("source.stream.max-await-time", FROM_NOW_ON);
        RULES.put("source.startup.mode", ChangeRules::startup);
        refused(
                "source.startup.timestamp",
                "the job has begun, and goes on where it stopped; nothing is read again from another time on",
                NEW_JOB);
        compatible("source.on-history-lost", FROM_NOW_ON);
    }

    private static void reconcile() {
        refused(
                "reconcile.mode",
                "the state is made for one of them: without images no delta could be applied, and images that nothing reads would"
                        + " stay for ever; and the export version would change in the middle of a history",
                NEW_JOB);
        compatible(
                "reconcile.tombstone-grace",
                "holds for what is deleted from now on; for documents that are gone already, when their part of the state is"
                        + " next looked through");
        compatible("reconcile.pending-limit", FROM_NOW_ON);
    }

    private static void sinks() {
        for (String kind : List.of("files", "kafka", "jdbc", "mongodb")) {
            RULES.put("sinks." + kind + ".collections", SinkChanges::collections);
        }
        for (String kind : List.of("files", "kafka")) {
            anotherTarget(
                    "sinks." + kind + ".name",
                    "a sink's name tells which state is its own: under another it is another sink");
            anotherTarget("sinks." + kind + ".format", "readers of the target would find two formats in it");
        }
        anotherTarget(
                "sinks.files.path",
                "the other folder would get the changes from now on only, and look like a whole export; what was not committed"
                        + " would still go to the old one");
        compatible("sinks.files.compression", "holds for new files; each file's name says how it is compressed");
        for (String table : List.of("columns", "unfit")) {
            compatible("sinks.files." + table, "holds for new files; each file says which columns it has");
        }
        compatible(
                "sinks.kafka.bootstrap-servers",
                "have to be brokers of the same cluster: the transactions to commit are there");
        anotherTarget(
                "sinks.kafka.topic",
                "the other topic would get the changes from now on only; what was not committed would still go to the old one");
        for (String made : List.of("partitions", "replication-factor")) {
            compatible(
                    "sinks.kafka." + made,
                    "holds for topics that are created from now on; one that is there stays as it is");
        }
        refused(
                "sinks.kafka.transactional-id-prefix",
                "transactions that the job had open would be held by nobody until the broker aborts them, and until then consumers"
                        + " of committed messages wait at them",
                "keep the prefix");
        compatible("sinks.kafka.properties", FROM_NOW_ON);
        jdbc();
        mongodb();
        for (String kind : List.of("jdbc", "mongodb")) {
            refused(
                    "sinks." + kind + ".when-down",
                    "what waits for the target is kept in the state by one manner and in the staging area by the other, and"
                            + " neither would find what the other left",
                    "keep it; or begin a job of its own, which writes over what is older");
            compatible("sinks." + kind + ".max-behind", FROM_NOW_ON);
        }
    }

    private static void jdbc() {
        anotherTarget(
                "sinks.jdbc.name", "a sink's name tells which state is its own: under another it is another sink");
        String elsewhere =
                "the other place would get the changes from now on only, and look like a whole copy; what was staged"
                        + " and not applied would stay in the old one";
        anotherTarget("sinks.jdbc.schema", elsewhere);
        anotherTarget("sinks.jdbc.table", elsewhere);
        compatible("sinks.jdbc.url", "has to lead to the same database: what is staged and not yet applied is there");
        compatible("sinks.jdbc.username", FROM_NOW_ON);
        compatible("sinks.jdbc.password", FROM_NOW_ON);
        compatible("sinks.jdbc.create-table", FROM_NOW_ON);
        for (String form : List.of("tables", "columns-from")) {
            compatible(
                    "sinks.jdbc." + form,
                    "holds for documents that change from now on; a collection whose columns were declared and are those of its"
                            + " fields now, or the other way round, needs a stop with a savepoint between, so that nothing is staged");
        }
        compatible(
                "sinks.jdbc.columns",
                "holds for documents that change from now on; the rows that are there keep what they have, and are empty in"
                        + " columns that are new");
    }

    private static void deadLetters() {
        for (String place : List.of("type", "path", "bootstrap-servers", "topic")) {
            compatible(
                    "dead-letters." + place,
                    "is where dead letters go from now on; those in the place of before stay there, are not counted any more, and"
                            + " are replayed by the job file of before only");
        }
        for (String manner : List.of("properties", "max-count", "max-rate")) {
            compatible("dead-letters." + manner, FROM_NOW_ON);
        }
    }

    private static void metadata() {
        RULES.put(
                "metadata",
                (key, before, after) -> after.metadata() != null
                        ? SpecChange.compatible(
                                key,
                                "the job's record moves from the state folder into the metadata store with this start; what was sealed"
                                        + " before stays beside the files only")
                        : SpecChange.refused(
                                key,
                                "the job's record is in the metadata store, which tells that only one run of the job is at work;"
                                        + " without it two could be",
                                "keep the section"));
        compatible("metadata.uri", "has to lead to the same deployment: the job's record is there");
        refused(
                "metadata.database",
                "the job's record is there, which tells that only one run of the job is at work; from elsewhere two could be",
                "keep it");
        compatible("metadata.lease", FROM_NOW_ON);
        for (String kept : List.of("progress", "manifests")) {
            compatible("metadata.retention." + kept, "holds for what is written from now on");
        }
    }

    private static void mongodb() {
        anotherTarget(
                "sinks.mongodb.name", "a sink's name tells which state is its own: under another it is another sink");
        for (String place : List.of("database", "collection")) {
            anotherTarget(
                    "sinks.mongodb." + place,
                    "the other place would get the changes from now on only, and look like a whole copy");
        }
        anotherTarget("sinks.mongodb.staging-database", "what is staged and not applied would stay in the old one");
        anotherTarget(
                "sinks.mongodb.metadata-field",
                "the versions of the documents that are there would not be found any more");
        compatible(
                "sinks.mongodb.uri", "has to lead to the same deployment: what is staged and not yet applied is there");
        refused(
                "sinks.mongodb.mode",
                "what is staged in one mode, the other would never apply",
                "keep the mode; or begin a job of its own, which writes over what is older");
    }

    private static void pipeline() {
        compatible("pipeline.parallelism", "state is dealt out anew to that many subtasks");
        refused(
                "pipeline.max-parallelism",
                "state is cut into that many parts, once and for all",
                "keep it; parallelism can be changed up to it");
        compatible("pipeline.checkpoint-interval", FROM_NOW_ON);
        compatible("pipeline.checkpoint-timeout", FROM_NOW_ON);
        refused(
                "pipeline.state-dir",
                "the job's record is there, which tells that only one run of the job is at work; from elsewhere two could be",
                "keep it");
        for (String restart : List.of("attempts", "initial-delay", "max-delay")) {
            compatible("pipeline.restart." + restart, FROM_NOW_ON);
        }
    }

    /** The position is in the state, so the mode says only what becomes of collections that are added. */
    private static SpecChange startup(String key, JobSpec before, JobSpec after) {
        Mode now = after.source().startup().mode();
        if (now == Mode.SNAPSHOT_ONLY || before.source().startup().mode() == Mode.SNAPSHOT_ONLY) {
            return SpecChange.refused(
                    key,
                    "a job that ends by itself and one that does not are two jobs: the state of one has no end, or has passed it",
                    NEW_JOB);
        }
        if (now.hasSnapshot() && before.source().startup().mode().hasSnapshot()) {
            return SpecChange.compatible(
                    key,
                    now == Mode.INCREMENTAL
                            ? "each run goes on to the last window bound before it, and ends"
                            : before.source().startup().mode() == Mode.INCREMENTAL
                                    ? "the job goes on behind its last window bound, and does not end by itself"
                                    : "holds for a start that finds no checkpoint");
        }
        return switch (now) {
            case LATEST -> SpecChange.compatible(
                    key,
                    "the job goes on where it stopped; collections that are added come without their present content");
            case TIMESTAMP -> of("source.startup.timestamp").judge(key, before, after);
            default -> SpecChange.refused(
                    key,
                    "the job has begun without a snapshot, and none is read afterwards of the collections that it has",
                    NEW_JOB);
        };
    }

    private static SpecChange collections(String key, JobSpec before, JobSpec after) {
        List<CollectionSelector> was = before.source().collections();
        List<CollectionSelector> is = after.source().collections();
        String added = CollectionSelector.missing(was, is);
        String removed = CollectionSelector.missing(is, was);
        Mode mode = after.source().startup().mode();
        if (mode == Mode.SNAPSHOT_ONLY) {
            return SpecChange.refused(
                    key,
                    "the snapshot is as of one point in time, which was chosen for the collections that it began with",
                    NEW_JOB);
        }
        String meaning = "";
        if (!removed.isEmpty()) {
            meaning += "without " + removed
                    + ": of collections that nothing else selects no later change is exported; what was"
                    + " exported stays as it is";
        }
        if (!added.isEmpty()) {
            meaning += (meaning.isEmpty() ? "" : ". ") + "With " + added + ": "
                    + (mode.hasSnapshot()
                            ? "the present content of collections that were not selected is read, and their changes from then on are exported"
                            : "changes from now on of collections that were not selected are exported, not their present content")
                    + ". If the job had exported one of them before, what it had exported of it is deleted at its targets first";
        }
        return SpecChange.compatible(key, meaning.isEmpty() ? "the same in another order" : meaning);
    }

    private static void anotherTarget(String key, String reason) {
        RULES.put(key, SinkChanges.anotherTarget(reason));
    }

    private static void compatible(String key, String whatFollows) {
        RULES.put(key, (path, before, after) -> SpecChange.compatible(path, whatFollows));
    }

    private static void refused(String key, String reason, String instead) {
        RULES.put(key, (path, before, after) -> SpecChange.refused(path, reason, instead));
    }
}
