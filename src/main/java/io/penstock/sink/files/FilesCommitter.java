/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.LetterEvent;
import io.penstock.sink.deadletter.SetAside;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;
import org.apache.flink.core.fs.RecoverableWriter;
import org.apache.flink.core.fs.RecoverableWriter.CommitRecoverable;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles dead letters, and gives files their final names, once the checkpoint that sealed them is complete, then writes the manifests that name them, then the roots that list those: whoever sees a
 * manifest sees its files. Doing so again after a restart changes nothing.
 * Runs in the committer's task thread.
 */
final class FilesCommitter implements Committer<FilesCommittable> {
    private static final Logger LOG = LoggerFactory.getLogger(FilesCommitter.class);

    private final SetAside setAside;
    private final Counter committed;
    private final Counter manifests;
    private FileSystem fileSystem;
    private RecoverableWriter writer;

    FilesCommitter(SetAside setAside, MetricGroup metrics) {
        this.setAside = setAside;
        committed = metrics.counter("filesCommitted");
        manifests = metrics.counter("manifestsCommitted");
    }

    @Override
    public void commit(Collection<CommitRequest<FilesCommittable>> requests) throws IOException {
        settle(requests);
        for (CommitRequest<FilesCommittable> request : requests) {
            if (request.getCommittable() instanceof PendingFile file) {
                commit(file);
                committed.inc();
            }
        }
        writeManifests(requests, false);
        writeManifests(requests, true);
    }

    /** Of one letter what was told last. */
    private void settle(Collection<CommitRequest<FilesCommittable>> requests) throws IOException {
        Map<String, LetterEvent> events = new LinkedHashMap<>();
        long changes = 0;
        for (CommitRequest<FilesCommittable> request : requests) {
            if (request.getCommittable() instanceof PendingLetter letter) {
                events.put(letter.event().id(), letter.event());
            } else if (request.getCommittable() instanceof PendingFile file) {
                changes += file.rows();
            }
        }
        setAside.settle(changes + events.size(), List.copyOf(events.values()));
    }

    /** Roots behind what they list. */
    private void writeManifests(Collection<CommitRequest<FilesCommittable>> requests, boolean roots)
            throws IOException {
        for (CommitRequest<FilesCommittable> request : requests) {
            if (request.getCommittable() instanceof PendingManifest manifest
                    && Manifests.isRoot(new Path(manifest.path())) == roots) {
                write(manifest);
                remove(manifest.replaced());
                manifests.inc();
            }
        }
    }

    /** What is left behind says nothing that is not in the one that came in its place. */
    private void remove(String replaced) throws IOException {
        if (replaced == null) {
            return;
        }
        Path path = new Path(replaced);
        try {
            FileSystem.get(path.toUri()).delete(path, false);
        } catch (FileNotFoundException e) {
            LOG.debug("{} was removed before", path);
        } catch (IOException e) {
            throw FileFailure.cannot("remove", path, e);
        }
    }

    /** Appears as a whole. What is there already is the same, or somebody else seals windows into this folder. */
    private void write(PendingManifest manifest) throws IOException {
        Path path = new Path(manifest.path());
        try {
            use(FileSystem.get(path.toUri()));
            if (fileSystem.exists(path)) {
                try (FSDataInputStream in = fileSystem.open(path)) {
                    if (!Arrays.equals(in.readAllBytes(), manifest.json())) {
                        throw new IOException(
                                "another manifest of this window is there: two jobs seem to export into one"
                                        + " folder");
                    }
                }
                return;
            }
            try (RecoverableFsDataOutputStream out = writer.open(path)) {
                out.write(manifest.json());
                out.closeForCommit().commit();
            }
        } catch (IOException e) {
            throw FileFailure.cannot("write", path, e);
        }
    }

    private void commit(PendingFile file) throws IOException {
        Path path = new Path(file.path());
        try {
            use(FileSystem.get(path.toUri()));
            CommitRecoverable recoverable =
                    writer.getCommitRecoverableSerializer().deserialize(file.recoverableVersion(), file.recoverable());
            writer.recoverForCommit(recoverable).commitAfterRecovery();
            // Flink's local file system says nothing when the pending file and the final one are both gone.
            if (!fileSystem.exists(path)) {
                throw new FileNotFoundException("its pending file with " + file.rows() + " changes of "
                        + file.namespace() + " is gone. Put it back; if it was committed before and taken"
                        + " away since, any file of the final name lets the job go on");
            }
        } catch (IOException e) {
            throw FileFailure.cannot("commit", path, e);
        }
    }

    /** Files of a restored checkpoint may lie on another file system than the job's new ones. */
    private void use(FileSystem next) throws IOException {
        if (next != fileSystem) {
            fileSystem = next;
            writer = next.createRecoverableWriter();
        }
    }

    @Override
    public void close() {
        setAside.close();
    }
}
