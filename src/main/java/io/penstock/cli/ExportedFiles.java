/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Key;
import io.penstock.record.Version;
import io.penstock.sink.files.ExportReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.fs.Path;

/**
 * What the files of an export of one collection say: of each key the change with the greatest (version, revision) holds
 * its document. Committed files never change, so reading again reads only those that have come since.
 */
final class ExportedFiles {
    /** The greatest version met of a key, and its document; null where that is a delete. */
    private record Latest(Position position, byte[] document) {}

    /** Where a change stands in its key's history. */
    private record Position(Version version, int revision) implements Comparable<Position> {
        @Override
        public int compareTo(Position other) {
            int byVersion = version.compareTo(other.version);
            return byVersion != 0 ? byVersion : Integer.compare(revision, other.revision);
        }
    }

    /** A change's identity: the same twice is a duplicate. */
    private record Identity(Key key, Position position) {}

    private final String root;
    private final Set<Path> read = new HashSet<>();
    private final Set<Identity> met = new HashSet<>();
    private final Map<Key, Latest> latest = new HashMap<>();
    private final Map<Op, Long> operations = new EnumMap<>(Op.class);
    private long duplicates;
    private long documents;

    /**
     * Reads nothing yet.
     *
     * @param root the sink's {@code path}
     */
    ExportedFiles(java.nio.file.Path root) {
        this.root = root.toString();
    }

    /** Reads the files that were committed since the last call, and tells how many there were. */
    int refresh() {
        int fresh = 0;
        try {
            for (Path file : ExportReader.files(root)) {
                if (read.add(file)) {
                    ExportReader.read(file, this::add);
                    fresh++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return fresh;
    }

    /** How many changes were read. */
    long changes() {
        return operations.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many changes of a kind were read. */
    long changes(Op operation) {
        return operations.getOrDefault(operation, 0L);
    }

    /** How many changes repeat the key, version and revision of another one. */
    long duplicates() {
        return duplicates;
    }

    /** How many keys have a document. */
    long documents() {
        return documents;
    }

    /** The BSON of a key's document; null when it was deleted or never exported. */
    byte[] document(Key key) {
        Latest known = latest.get(key);
        return known == null ? null : known.document();
    }

    int files() {
        return read.size();
    }

    private void add(ChangeRecord change) {
        operations.merge(change.op(), 1L, Long::sum);
        Position position = new Position(change.version(), change.revision());
        if (!met.add(new Identity(change.key(), position))) {
            duplicates++;
            return;
        }
        Latest known = latest.get(change.key());
        if (known == null || known.position().compareTo(position) < 0) {
            latest.put(change.key(), new Latest(position, change.document()));
            documents += (change.document() == null ? 0 : 1) - (known == null || known.document() == null ? 0 : 1);
        }
    }
}
