/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.time.Duration;

/** The metadata store: a database of its own for what is known of the job, beside what it exports. */
public record MetadataSpec(
        @Key(
                        value =
                                "MongoDB's connection string, of the source's deployment or of another replica set; or `embedded` for the"
                                        + " development server inside the process. A password belongs into an environment variable.",
                        fallback = "${PENSTOCK_METADATA_URI:-embedded}")
                Secret uri,
        @Key(
                        value = "The database, which several jobs may share; nothing else should be in it.",
                        fallback = "penstock",
                        pattern = "[a-zA-Z0-9_-]{1,38}")
                String database,
        @Key(
                        value =
                                "How long a job that has not been heard of counts as alive: until then nobody starts it a second time without"
                                        + " being told to take it over.",
                        fallback = "30 s",
                        min = "2 s")
                Duration lease,
        @Key("How long things are kept.") RetentionSpec retention)
        implements Serializable {
    private static final String EMBEDDED = "embedded";

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
    public String serverAddress() {
        String address = uri.reveal();
        if (address.equals(EMBEDDED)) {
            throw new SecretNotSetException("metadata.uri (" + uri.template()
                    + ") is 'embedded' in the environment of this process, and names no server");
        }
        return address;
    }

    /** The same store at another address, as for a server that was started for this run. */
    public MetadataSpec withUri(Secret other) {
        return new MetadataSpec(other, database, lease, retention);
    }
}
