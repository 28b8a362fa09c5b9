/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * On this machine, or on what is mounted here. A file is written and synced under another name, then linked to its own: a hard link is
 * made for one process only, and at once for all that look. (A rename would silently take another's place.)
 */
record LocalRecordFolder(Path folder) implements RecordFolder {
    private static final String DRAFT = ".draft-";

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public byte[] read(String name) throws IOException {
        try {
            return Files.readAllBytes(folder.resolve(name));
        } catch (NoSuchFileException e) {
            throw (FileNotFoundException) new FileNotFoundException(e.getFile()).initCause(e);
        }
    }

    @Override
    public boolean create(String name, byte[] content) throws IOException {
        Files.createDirectories(folder);
        Path draft = folder.resolve(DRAFT + UUID.randomUUID());
        try {
            try (FileChannel out = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
                out.force(true);
            }
            Files.createLink(folder.resolve(name), draft);
            sync();
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException e) {
            throw new IOException("the file system of " + folder + " knows no hard links", e);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** A file's name is durable when its folder is. */
    private void sync() throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    @Override
    public String describe(String name) {
        return folder.resolve(name).toString();
    }
}
