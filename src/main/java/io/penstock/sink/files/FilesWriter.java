/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.sink.columns.SeenColumns;
import io.penstock.sink.deadletter.Refusal;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableWriter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.IOUtils;

/**
 * Writes the changes of one subtask into hidden files, one for each namespace and window that is being written. A file ends with the
 * checkpoint, with its window (on the watermark), when it has grown large, when its columns are no longer enough, or when too many others are
 * open. Runs in the writer's
 * task thread.
 */
final class FilesWriter implements Closeable {
    /** A larger file is split, since targets cap what one upload may hold. */
    static final long LARGEST_FILE = 1L << 30;

    /** Bytes of changes that all open files may hold in memory together. */
    static final long MOST_HELD = 32L << 20;

    private final WriterSettings settings;
    private final RecoverableWriter fileSystem;
    private final Counter changes;
    private final Counter bytes;
    private final FileBodies bodies;
    private final Map<Slot, PartFile> open = new LinkedHashMap<>(16, 0.75f, true);
    private final List<PendingFile> sealed = new ArrayList<>();
    private List<Refusal> refused = new ArrayList<>();
    private PartFile current;
    private long checkpoint;
    private long counter;
    private long held;

    private record Slot(Namespace namespace, long window) {}

    FilesWriter(WriterSettings settings, RecoverableWriter fileSystem, MetricGroup metrics) {
        this.settings = settings;
        this.fileSystem = fileSystem;
        this.changes = metrics.counter("numRecordsSend");
        this.bytes = metrics.counter("numBytesSend");
        this.bodies = settings.format().bodies(settings.compression(), settings.table());
        this.checkpoint = settings.restoredCheckpoint().orElse(0) + 1;
        metrics.gauge("openFiles", this::openFiles);
        metrics.gauge("heldBytes", this::heldBytes);
    }

    void write(ChangeRecord change) throws IOException {
        bodies.learn(change);
        PartFile file = fileOf(change.namespace(), change.window());
        long before = file.held();
        bytes.inc(file.write(change));
        changes.inc();
        held += file.held() - before;
        if (held > MOST_HELD) {
            flushFullest();
        }
        if (file.bytes() >= LARGEST_FILE) {
            seal(open.remove(new Slot(file.namespace(), file.window())));
        }
    }

    /** Takes in what was learnt of columns up to a checkpoint. */
    void learn(SeenColumns columns) {
        bodies.learn(columns);
    }

    /** What was learnt of columns. */
    List<SeenColumns> seenColumns() {
        return bodies.seen();
    }

    private void flushFullest() throws IOException {
        PartFile fullest = Collections.max(open.values(), Comparator.comparingLong(PartFile::held));
        flush(fullest);
    }

    private void flush(PartFile file) throws IOException {
        held -= file.held();
        file.flush();
        refused.addAll(file.takeRefused());
    }

    /** The changes that were written since the last call and are in no file after all. */
    List<Refusal> takeRefused() {
        List<Refusal> taken = refused;
        refused = new ArrayList<>();
        return taken;
    }

    /** Ends the files of the windows that are over: their changes are complete. */
    void endWindows(long watermark) throws IOException {
        for (Iterator<PartFile> files = open.values().iterator(); files.hasNext(); ) {
            PartFile file = files.next();
            if (settings.windowEnd(file.window()) - 1 <= watermark) {
                files.remove();
                seal(file);
            }
        }
    }

    /** Ends all files: only finished ones matter to a checkpoint. */
    void endAll() throws IOException {
        for (Iterator<PartFile> files = open.values().iterator(); files.hasNext(); ) {
            PartFile file = files.next();
            files.remove();
            seal(file);
        }
    }

    /** The files that were finished since the last call. */
    List<PendingFile> takeSealed() {
        List<PendingFile> announced = List.copyOf(sealed);
        sealed.clear();
        return announced;
    }

    /** The next files come after this checkpoint. */
    void checkpointed(long checkpointId) {
        checkpoint = checkpointId + 1;
    }

    @Override
    public void close() throws IOException {
        try {
            IOUtils.closeAll(open.values());
        } catch (Exception e) {
            throw e instanceof IOException failure ? failure : new IOException(e);
        }
    }

    long heldBytes() {
        return held;
    }

    int openFiles() {
        return open.size();
    }

    private PartFile fileOf(Namespace namespace, long window) throws IOException {
        if (current == null
                || current.window() != window
                || !current.namespace().equals(namespace)) {
            current = open.get(new Slot(namespace, window));
        }
        if (current != null && !current.takesMore()) {
            seal(open.remove(new Slot(namespace, window)));
        }
        if (current == null) {
            if (open.size() >= settings.maxOpenFiles()) {
                Iterator<PartFile> leastRecentlyUsed = open.values().iterator();
                PartFile file = leastRecentlyUsed.next();
                leastRecentlyUsed.remove();
                seal(file);
            }
            Path path = settings.path(namespace, window, checkpoint, counter++);
            current = new PartFile(namespace, window, path, fileSystem, bodies);
            open.put(new Slot(namespace, window), current);
        }
        return current;
    }

    private void seal(PartFile file) throws IOException {
        if (file == current) {
            current = null;
        }
        flush(file);
        if (file.rows() > 0) {
            sealed.add(file.seal());
        } else {
            file.close();
        }
    }
}
