/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.sink.deadletter.Refusal;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;
import org.apache.flink.core.fs.RecoverableWriter;
import org.apache.flink.core.fs.RecoverableWriter.CommitRecoverable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** One file that is being written: hidden until its {@link #seal() sealed} form is committed. */
final class PartFile implements Closeable {
    private final Namespace namespace;
    private final long window;
    private final Path path;
    private final RecoverableWriter fileSystem;
    private final RecoverableFsDataOutputStream file;
    private final HashingStream hashing;
    private final FileBody body;
    private long rows;

    /** @throws IOException naming the path, when the file cannot be made */
    PartFile(Namespace namespace, long window, Path path, RecoverableWriter fileSystem, FileBodies bodies)
            throws IOException {
        this.namespace = namespace;
        this.window = window;
        this.path = path;
        this.fileSystem = fileSystem;
        try {
            file = fileSystem.open(path);
            hashing = new HashingStream(file);
            body = bodies.begin(namespace, hashing);
        } catch (IOException e) {
            throw FileFailure.cannot("create", path, e);
        }
    }

    Namespace namespace() {
        return namespace;
    }

    long window() {
        return window;
    }

    /** Whether the next change may go into this file. */
    boolean takesMore() {
        return body.takesMore();
    }

    /** Bytes of changes that lie in memory and can be written out. */
    long held() {
        return body.held();
    }

    /** Bytes written so far, without what lies in memory. */
    long bytes() {
        return hashing.bytes();
    }

    /** Writes a change, and returns how many bytes it was. */
    int write(ChangeRecord change) throws IOException {
        try {
            int written = body.write(change);
            rows++;
            return written;
        } catch (IOException e) {
            throw FileFailure.cannot("write", path, e);
        }
    }

    /** The changes that were written and are not in the file after all; each is told once. */
    List<Refusal> takeRefused() {
        List<Refusal> refused = body.takeRefused();
        rows -= refused.size();
        return refused;
    }

    /** How many changes it holds. */
    long rows() {
        return rows;
    }

    /** Writes out what lies in memory. */
    void flush() throws IOException {
        try {
            body.flush();
        } catch (IOException e) {
            throw FileFailure.cannot("write", path, e);
        }
    }

    /** Ends the file, which must hold a change; from now on it only waits to be committed. */
    PendingFile seal() throws IOException {
        try {
            body.finish();
            hashing.close();
            CommitRecoverable recoverable = file.closeForCommit().getRecoverable();
            SimpleVersionedSerializer<CommitRecoverable> serializer = fileSystem.getCommitRecoverableSerializer();
            return new PendingFile(
                    serializer.serialize(recoverable),
                    serializer.getVersion(),
                    path.toString(),
                    namespace,
                    window,
                    rows,
                    hashing.bytes(),
                    hashing.sha256());
        } catch (IOException e) {
            throw FileFailure.cannot("finish", path, e);
        }
    }

    /** Lets go of a file that no checkpoint will ask for; what is left of it stays hidden and is removed at the next start. */
    @Override
    public void close() throws IOException {
        try (file) {
            body.close();
        }
    }
}
