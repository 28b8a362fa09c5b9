/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalDataOutputStream;
import org.apache.flink.core.fs.local.LocalFileSystem;

/** Folders of a file system that stands in for an object store: what is written is there, whole, when it is closed, in the place of what was. */
public final class ObjectFolders {
    private ObjectFolders() {}

    /** @param folder on this machine */
    public static RecordFolder at(java.nio.file.Path folder) {
        return new ObjectRecordFolder(new ObjectStore(), new Path(folder.toUri()));
    }

    private static final class ObjectStore extends LocalFileSystem {
        @Override
        public FSDataOutputStream create(Path path, WriteMode mode) throws IOException {
            File target = new File(path.getPath());
            Files.createDirectories(target.getParentFile().toPath());
            File put = File.createTempFile("put", "", target.getParentFile().getParentFile());
            return new LocalDataOutputStream(put) {
                @Override
                public void close() throws IOException {
                    super.close();
                    Files.move(
                            put.toPath(),
                            target.toPath(),
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
                }
            };
        }

        /** Flink's local file system fails when one of them is removed meanwhile. */
        @Override
        public FileStatus[] listStatus(Path path) throws IOException {
            List<FileStatus> all = new ArrayList<>();
            for (String name : Objects.requireNonNullElse(new File(path.getPath()).list(), new String[0])) {
                try {
                    all.add(getFileStatus(new Path(path, name)));
                } catch (java.io.FileNotFoundException removed) {
                    continue;
                }
            }
            return all.toArray(FileStatus[]::new);
        }
    }
}
