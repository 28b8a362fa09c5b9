/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

/**
 * A collection's full name.
 *
 * @param database the database, never empty
 * @param collection the collection, never empty; may hold dots
 */
public record Namespace(String database, String collection) implements Comparable<Namespace> {

    /**
     * Reads {@code database.collection}; the first dot parts the two, as in MongoDB.
     *
     * @throws IllegalArgumentException when either part is empty
     */
    public static Namespace parse(String fullName) {
        int dot = fullName.indexOf('.');
        if (dot <= 0 || dot == fullName.length() - 1) {
            throw new IllegalArgumentException("expected database.collection, found '" + fullName + "'");
        }
        return new Namespace(fullName.substring(0, dot), fullName.substring(dot + 1));
    }

    @Override
    public int compareTo(Namespace other) {
        int byDatabase = database.compareTo(other.database);
        return byDatabase != 0 ? byDatabase : collection.compareTo(other.collection);
    }

    /** The full name, {@code database.collection}. */
    @Override
    public String toString() {
        return database + "." + collection;
    }
}
