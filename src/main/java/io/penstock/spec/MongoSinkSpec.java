/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.util.List;
import org.apache.flink.configuration.MemorySize;

/** Collections of another MongoDB that follow the exported ones, one document a document. */
@Spelling("mongodb")
public record MongoSinkSpec(
        @Key(
                        value =
                                "The sink's name, unique in the job. Its state is kept under it: renaming a sink makes it a new one.",
                        fallback = "mongodb",
                        pattern = "[a-z0-9][a-z0-9_-]*")
                String name,
        @Key(
                        value =
                                "Which of `source.collections` it exports: full names, or regular expressions between slashes. By default all.",
                        optional = true,
                        min = "1")
                List<CollectionSelector> collections,
        @Key("The target's connection string. A password belongs into an environment variable.") Secret uri,
        @Key(
                        value =
                                "`transactional`: changes are staged with each checkpoint and applied after it. `upsert`: they are written as"
                                        + " they come, and some a second time after a failure, which changes nothing.",
                        fallback = "transactional")
                Mode mode,
        @Key(
                        value = "The database; `${database}` stands for the document's own.",
                        fallback = "${database}",
                        words = {"database", "collection", "namespace"})
                String database,
        @Key(
                        value =
                                "The collection; `${database}`, `${collection}` and `${namespace}` stand for the document's own.",
                        fallback = "${collection}",
                        words = {"database", "collection", "namespace"})
                String collection,
        @Key(
                        value =
                                "The database in which the sink keeps its own collections: what is staged, what was applied, what was deleted.",
                        fallback = "penstock_staging",
                        pattern = "[A-Za-z0-9_-]{1,38}")
                String stagingDatabase,
        @Key(
                        value =
                                "The field of each document that holds its version; a sub-document. No exported document may have it.",
                        fallback = "_penstock",
                        pattern = "[A-Za-z_][A-Za-z0-9_]*")
                String metadataField,
        @Key(
                        value =
                                "What happens to the job's other sinks while the target does not answer. `hold-back`: they wait as well."
                                        + " `fall-behind`: they go on, and the changes for this sink wait in the job's state, up to `max-behind`. Only with `mode: transactional`.",
                        fallback = "hold-back")
                WhenDown whenDown,
        @Key(
                        value =
                                "How many bytes of changes may wait in the state of the sink, and in its memory; when there are more, the job waits."
                                        + " Only with `when-down: fall-behind`.",
                        fallback = "64 mb",
                        min = "1 mb")
                MemorySize maxBehind)
        implements SinkSpec {

    /** How changes reach the target. */
    public enum Mode {
        TRANSACTIONAL,
        UPSERT
    }

    /** The full name of the collection for the documents of a collection. */
    public String targetFor(String ofDatabase, String ofCollection) {
        return filled(database, ofDatabase, ofCollection) + "." + filled(collection, ofDatabase, ofCollection);
    }

    private static String filled(String pattern, String database, String collection) {
        return pattern.replace("${database}", database)
                .replace("${collection}", collection)
                .replace("${namespace}", database + "." + collection);
    }
}
