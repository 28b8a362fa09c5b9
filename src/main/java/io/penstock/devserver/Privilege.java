/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.Set;

/**
 * What a user may do, and where, as in a MongoDB role.
 *
 * @param db the database; empty for all
 * @param collection the collection; empty for all of the database
 * @param actions names of the server's actions, such as {@code find} or {@code changeStream}
 */
public record Privilege(String db, String collection, Set<String> actions) {
    /** Actions on the server itself, such as {@code serverStatus}, have this for a database. */
    static final String CLUSTER = "$cluster";

    /** A privilege on the server itself. */
    public static Privilege onCluster(Set<String> actions) {
        return new Privilege(CLUSTER, "", actions);
    }

    /** Whether it allows an action on a collection, or, when that is empty, on the whole database. */
    boolean allows(String onDb, String onCollection, String action) {
        boolean cluster = db.equals(CLUSTER);
        return cluster == onDb.equals(CLUSTER)
                && (cluster || db.isEmpty() || db.equals(onDb))
                && (collection.isEmpty() || collection.equals(onCollection))
                && actions.contains(action);
    }
}
