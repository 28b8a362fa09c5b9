/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A small file system in memory for a folder, so that it can be full without harm to the machine. Needs the right to mount, which
 * {@code scripts/drill} gets in a name space of its own.
 */
final class Disk {
    private static final String ALLOWED = "PENSTOCK_DRILL_MAY_MOUNT";
    private static final int MEGABYTES = 192;
    private final Path folder;
    private final Path filler;

    private Disk(Path folder) {
        this.folder = folder;
        this.filler = folder.resolve("filler");
    }

    /** Mounts one, if that is allowed here. */
    static Optional<Disk> mount(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        if (!isAllowed()) {
            return Optional.empty();
        }
        run("mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "tmpfs", folder.toString());
        return Optional.of(new Disk(folder));
    }

    /** Takes all the space that is left. */
    void fill() throws IOException {
        byte[] block = new byte[64 * 1024];
        try (OutputStream out = Files.newOutputStream(filler)) {
            for (int length = block.length; length > 0; ) {
                length = write(out, block, length);
            }
        }
    }

    /** What to write next: the same, or half as much when there was no room for it. */
    private static int write(OutputStream out, byte[] block, int length) {
        try {
            out.write(block, 0, length);
            return length;
        } catch (IOException full) {
            return length / 2;
        }
    }

    /** Gives it back. */
    void free() throws IOException {
        Files.delete(filler);
    }

    /** Whoever still has a file open there keeps it; it is gone from the folder at once. */
    void unmount() throws IOException, InterruptedException {
        run("umount", "--lazy", folder.toString());
    }

    static void unmount(Optional<Disk> disk) throws IOException, InterruptedException {
        if (disk.isPresent()) {
            disk.get().unmount();
        }
    }

    /** Whether {@link #mount} will give one. */
    static boolean isAllowed() {
        return System.getenv(ALLOWED) != null;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }
}
