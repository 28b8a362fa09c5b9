/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** The few things that a file system must be able to do for records to be kept in it. */
public interface RecordFolder {
    /**
     * A folder of any of Flink's file systems. Where it is neither local nor HDFS, two who make one name at the same moment may both get true.
     *
     * @param path absolute, or below the working folder
     */
    static RecordFolder at(String path) throws IOException {
        Path folder = StateDir.of(path);
        return switch (folder.toUri().getScheme()) {
            case "file" -> new LocalRecordFolder(
                    java.nio.file.Path.of(folder.toUri().getPath()));
            case "hdfs", "viewfs" -> new RemoteRecordFolder(folder);
            default -> new ObjectRecordFolder(FileSystem.get(folder.toUri()), folder);
        };
    }

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
