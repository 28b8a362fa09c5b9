/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;

/** The few things that a file system must be able to do for records to be kept in it. */
interface RecordFolder {
    /** The names of all its files; none when the folder is not there. */
    List<String> list() throws IOException;

    /** @throws FileNotFoundException when it is not there */
    byte[] read(String name) throws IOException;

    /**
     * Makes a file, durable and with all its content from the moment on at which it can be seen; of several makers of one name exactly
     * one gets true.
     */
    boolean create(String name, byte[] content) throws IOException;

    /** Does nothing when it is not there. */
    void delete(String name) throws IOException;

    /** A file's name for people. */
    String describe(String name);
}
