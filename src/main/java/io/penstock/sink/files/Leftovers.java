/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import java.io.IOException;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the hidden files that failed attempts left behind, without which a job that fails over and over would fill the disk. Object
 * stores keep unfinished uploads out of sight: there it is the bucket's lifecycle rule that removes them.
 */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /**
     * To be called by a starting writer before it begins a file.
     *
     * @throws IOException naming the folder, when it cannot be read or a leftover not be removed
     */
    static void remove(FileSystem fileSystem, WriterSettings settings, int parallelism) throws IOException {
        int removed = 0;
        for (String folderName : Folders.names(fileSystem, settings.root())) {
            Path folder = new Path(settings.root(), folderName);
            for (String fileName : Folders.names(fileSystem, folder)) {
                PartName name = PartName.parseHidden(fileName);
                if (name != null && name.isLeftover(settings, parallelism)) {
                    delete(fileSystem, new Path(folder, fileName));
                    removed++;
                }
            }
        }
        if (removed > 0) {
            LOG.info("Removed {} unfinished files of earlier attempts below {}", removed, settings.root());
        }
    }

    private static void delete(FileSystem fileSystem, Path file) throws IOException {
        try {
            fileSystem.delete(file, false);
        } catch (IOException e) {
            throw FileFailure.cannot("remove", file, e);
        }
    }
}
