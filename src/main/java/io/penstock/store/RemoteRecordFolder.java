/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * On HDFS, through Flink's file systems. A file is written and synced under another name, then renamed: HDFS renames in one step, and
 * refuses when the new name is taken. Not for file systems that do otherwise: most object stores copy, and overwrite.
 */
final class RemoteRecordFolder implements RecordFolder {
    private static final String DRAFT = ".draft-";

    private final FileSystem fileSystem;
    private final Path folder;

    RemoteRecordFolder(Path folder) throws IOException {
        this(FileSystem.get(folder.toUri()), folder);
    }

    RemoteRecordFolder(FileSystem fileSystem, Path folder) {
        this.fileSystem = fileSystem;
        this.folder = folder;
    }

    @Override
    public List<String> list() throws IOException {
        try {
            FileStatus[] files = fileSystem.listStatus(folder);
            return files == null
                    ? List.of()
                    : Arrays.stream(files).map(file -> file.getPath().getName()).toList();
        } catch (FileNotFoundException e) {
            return List.of();
        }
    }

    @Override
    public byte[] read(String name) throws IOException {
        try (FSDataInputStream in = fileSystem.open(new Path(folder, name))) {
            return in.readAllBytes();
        }
    }

    @Override
    public boolean create(String name, byte[] content) throws IOException {
        fileSystem.mkdirs(folder);
        Path draft = new Path(folder, DRAFT + UUID.randomUUID());
        try {
            try (FSDataOutputStream out = fileSystem.create(draft, WriteMode.NO_OVERWRITE)) {
                out.write(content);
                out.sync();
            }
            return fileSystem.rename(draft, new Path(folder, name));
        } finally {
            fileSystem.delete(draft, false);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        fileSystem.delete(new Path(folder, name), false);
    }

    @Override
    public String describe(String name) {
        return new Path(folder, name).toString();
    }
}
