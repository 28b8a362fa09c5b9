/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Lists folders in which files are renamed and removed meanwhile. */
final class Folders {
    private Folders() {}

    /**
     * The names of what lies in a folder; none when it does not exist or is a file.
     *
     * <p>On local disks by the names alone: Flink's local file system looks at each file that it lists, and fails altogether when one
     * of them was renamed in between.
     */
    static List<String> names(FileSystem fileSystem, Path folder) throws IOException {
        if (!fileSystem.isDistributedFS()) {
            String[] names = new java.io.File(folder.getPath()).list();
            // Flink takes what comes before a colon for a scheme; no name of ours holds one.
            return names == null
                    ? List.of()
                    : Stream.of(names).filter(name -> name.indexOf(':') < 0).toList();
        }
        List<String> names = new ArrayList<>();
        try {
            FileStatus[] found = fileSystem.listStatus(folder);
            for (FileStatus status : found == null ? new FileStatus[0] : found) {
                if (status.getPath().depth() > folder.depth()) {
                    names.add(status.getPath().getName());
                }
            }
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw FileFailure.cannot("list", folder, e);
        }
        return names;
    }
}
