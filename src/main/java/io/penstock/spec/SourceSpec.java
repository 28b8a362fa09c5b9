/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.util.List;

/** Where documents come from. */
public record SourceSpec(
        @Key(value = "The kind of source.", fallback = "mongodb") Type type,
        @Key(
                        value =
                                "MongoDB's connection string, or `embedded` for the development server inside the process. A password"
                                        + " belongs into an environment variable.",
                        fallback = "${MONGODB_URI:-embedded}")
                Secret uri,
        @Key(
                        value =
                                "What to export: full names (`geo.cities`), or regular expressions between slashes that match a"
                                        + " full name as a whole (`/geo\\..*/`).",
                        min = "1")
                List<CollectionSelector> collections,
        @Key("How the collections' present content is read.") SnapshotSpec snapshot,
        @Key("How the change stream is read.") StreamSpec stream,
        @Key("Where a job without a checkpoint begins.") StartupSpec startup,
        @Key(
                        value =
                                "What to do when the server no longer has the history that comes next: `resnapshot` goes"
                                        + " on: the collections are read anew, what was deleted unseen is deleted at the targets, and the"
                                        + " stretch that is missing is named in the log and in the manifests (in modes `initial`, `incremental` and `progress`; others"
                                        + " fail). `fail` stops the job and says which stretch is missing.",
                        fallback = "resnapshot")
                HistoryLost onHistoryLost)
        implements Serializable {

    private static final String EMBEDDED = "embedded";

    /** The kinds of source. */
    public enum Type {
        MONGODB
    }

    /** What to do when the server no longer has the history that comes next. */
    public enum HistoryLost {
        FAIL,
        RESNAPSHOT
    }

    /** Whether the development server inside the process is asked for; not when the address isn't known in this process. */
    public boolean isEmbedded() {
        try {
            return uri.reveal().equals(EMBEDDED);
        } catch (SecretNotSetException e) {
            return false;
        }
    }

    /**
     * The address of a server outside this process.
     *
     * @throws SecretNotSetException when a variable isn't set here, or its default would be the server inside a process
     */
    public static String serverAddress(Secret uri) {
        String address = uri.reveal();
        if (address.equals(EMBEDDED)) {
            throw new SecretNotSetException("source.uri (" + uri.template()
                    + ") is 'embedded' in the environment of this process," + " and names no server");
        }
        return address;
    }

    /** The same source at another address, as for a server that was started for this run. */
    public SourceSpec withUri(Secret other) {
        return new SourceSpec(type, other, collections, snapshot, stream, startup, onHistoryLost);
    }
}
