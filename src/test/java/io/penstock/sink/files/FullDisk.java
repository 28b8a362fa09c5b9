/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import java.io.IOException;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;
import org.apache.flink.core.fs.RecoverableWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A file system that has only so many bytes left, and counts the streams that were not closed. */
final class FullDisk implements RecoverableWriter {
    private final RecoverableWriter disk;
    private long free;
    int open;

    FullDisk(RecoverableWriter disk, long free) {
        this.disk = disk;
        this.free = free;
    }

    @Override
    public RecoverableFsDataOutputStream open(org.apache.flink.core.fs.Path path) throws IOException {
        RecoverableFsDataOutputStream file = disk.open(path);
        open++;
        return new RecoverableFsDataOutputStream() {
            @Override
            public void write(int oneByte) throws IOException {
                write(new byte[] {(byte) oneByte}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                if (count > free) {
                    throw new IOException("No space left on device");
                }
                free -= count;
                file.write(bytes, offset, count);
            }

            @Override
            public ResumeRecoverable persist() throws IOException {
                return file.persist();
            }

            @Override
            public Committer closeForCommit() throws IOException {
                open--;
                return file.closeForCommit();
            }

            @Override
            public void close() throws IOException {
                open--;
                file.close();
            }

            @Override
            public void flush() throws IOException {
                file.flush();
            }

            @Override
            public void sync() throws IOException {
                file.sync();
            }

            @Override
            public long getPos() throws IOException {
                return file.getPos();
            }
        };
    }

    @Override
    public RecoverableFsDataOutputStream recover(ResumeRecoverable resumable) throws IOException {
        return disk.recover(resumable);
    }

    @Override
    public boolean requiresCleanupOfRecoverableState() {
        return disk.requiresCleanupOfRecoverableState();
    }

    @Override
    public boolean cleanupRecoverableState(ResumeRecoverable resumable) throws IOException {
        return disk.cleanupRecoverableState(resumable);
    }

    @Override
    public RecoverableFsDataOutputStream.Committer recoverForCommit(CommitRecoverable resumable) throws IOException {
        return disk.recoverForCommit(resumable);
    }

    @Override
    public SimpleVersionedSerializer<CommitRecoverable> getCommitRecoverableSerializer() {
        return disk.getCommitRecoverableSerializer();
    }

    @Override
    public SimpleVersionedSerializer<ResumeRecoverable> getResumeRecoverableSerializer() {
        return disk.getResumeRecoverableSerializer();
    }

    @Override
    public boolean supportsResume() {
        return disk.supportsResume();
    }
}
