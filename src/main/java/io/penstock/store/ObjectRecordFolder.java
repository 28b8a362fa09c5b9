/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;
import java.util.List;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * In an object store, where what was written is to be seen, whole, when it is closed, and renaming is copying. Of two who make one name at the same
 * moment both may get true: for what each of them would write alike.
 */
final class ObjectRecordFolder implements RecordFolder {
    private final FileSystem fileSystem;
    private final Path folder;
    private final RemoteRecordFolder files;

    ObjectRecordFolder(FileSystem fileSystem, Path folder) {
        this.fileSystem = fileSystem;
        this.folder = folder;
        this.files = new RemoteRecordFolder(fileSystem, folder);
    }

    @Override
    public List<String> list() throws IOException {
        return files.list();
    }

    @Override
    public byte[] read(String name) throws IOException {
        return files.read(name);
    }

    @Override
    public boolean create(String name, byte[] content) throws IOException {
        Path path = new Path(folder, name);
        if (fileSystem.exists(path)) {
            return false;
        }
        try (FSDataOutputStream out = fileSystem.create(path, WriteMode.NO_OVERWRITE)) {
            out.write(content);
        }
        return true;
    }

    @Override
    public void delete(String name) throws IOException {
        files.delete(name);
    }

    @Override
    public String describe(String name) {
        return files.describe(name);
    }
}
