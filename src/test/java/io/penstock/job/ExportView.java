/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.record.Version;
import io.penstock.sink.files.ExportReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bson.RawBsonDocument;

/**
 * What a reader of an export sees: the current document of each key, whether anything is there twice, and whether a key's
 * versions ever go backwards. Used by one thread.
 */
public final class ExportView {
    /**
     * Where a change was met. Changes of one file (or partition) are ordered; files of one life of the job are ordered by the
     * checkpoint that they were committed with, and those of one checkpoint are committed together. A life that begins at an older
     * checkpoint counts anew.
     */
    private record Place(int life, long commit, String file, int position) {
        boolean precedes(Place other) {
            return life < other.life
                    || (life == other.life && commit < other.commit)
                    || (file.equals(other.file) && position < other.position);
        }
    }

    private record Seen(Place place, Version version, int revision) {
        /** A rollback exports again what it goes back over, of a greater revision. */
        boolean contradicts(Seen later) {
            return version.compareTo(later.version) > 0 && revision >= later.revision;
        }
    }

    private static final Comparator<ChangeRecord> NEWER =
            Comparator.comparing(ChangeRecord::version, Version::compareTo).thenComparing(ChangeRecord::revision);

    private final Map<Key, ChangeRecord> current = new HashMap<>();
    private final Map<Key, List<Seen>> histories = new HashMap<>();
    private final Set<String> files = new HashSet<>();
    private final Map<String, Integer> runs = new HashMap<>();
    private int changes;
    private int life;

    public static ExportView of(Path export) throws IOException {
        ExportView view = new ExportView();
        view.refresh(export);
        return view;
    }

    /** Reads the files that were committed since the last call. */
    public void refresh(Path export) throws IOException {
        for (org.apache.flink.core.fs.Path file : ExportReader.files(export.toString())) {
            if (files.add(file.toString())) {
                addFile(file);
            }
        }
    }

    /** Adds the changes of a committed file. */
    public void addFile(org.apache.flink.core.fs.Path file) throws IOException {
        String[] name = file.getName().split("-");
        int writtenIn = runs.computeIfAbsent(name[3], run -> life);
        long commit = Long.parseLong(name[5]);
        int[] position = new int[1];
        ExportReader.read(file, change -> add(change, new Place(writtenIn, commit, file.toString(), position[0]++)));
    }

    /**
     * Adds a change.
     *
     * @param commit greater for what was committed later
     * @param file within which positions are ordered
     */
    public void add(ChangeRecord change, long commit, String file, int position) {
        add(change, new Place(life, commit, file, position));
    }

    private void add(ChangeRecord change, Place place) {
        changes++;
        histories
                .computeIfAbsent(change.key(), key -> new ArrayList<>())
                .add(new Seen(place, change.version(), change.revision()));
        current.merge(change.key(), change, (one, other) -> NEWER.compare(one, other) >= 0 ? one : other);
    }

    /** The job goes back: the runs that are met from now on commit after those that were met before. */
    public void nextLife() {
        life++;
    }

    public int changes() {
        return changes;
    }

    /** The versions of each key, of all revisions. */
    public Map<Key, Set<Version>> versions() {
        Map<Key, Set<Version>> versions = new HashMap<>();
        histories.forEach((key, history) -> {
            Set<Version> seen = new HashSet<>();
            history.forEach(one -> seen.add(one.version()));
            versions.put(key, seen);
        });
        return versions;
    }

    /** How many changes repeat a key, version and revision. */
    public int doubled() {
        int doubled = 0;
        for (List<Seen> history : histories.values()) {
            long different = history.stream()
                    .map(seen -> List.of(seen.version(), seen.revision()))
                    .distinct()
                    .count();
            doubled += history.size() - (int) different;
        }
        return doubled;
    }

    /**
     * How many changes stand before an older one of their key, of no greater revision: in their file, or in a file that was
     * committed earlier.
     */
    public int backwards() {
        int backwards = 0;
        for (List<Seen> history : histories.values()) {
            for (Seen one : history) {
                backwards += (int) history.stream()
                        .filter(other -> one.place().precedes(other.place()) && one.contradicts(other))
                        .count();
            }
        }
        return backwards;
    }

    /** A key's document; null when it has none. */
    public byte[] document(Key key) {
        ChangeRecord change = current.get(key);
        return change == null ? null : change.document();
    }

    /** How many keys have a document. */
    public int size() {
        return (int) current.values().stream()
                .filter(change -> change.document() != null)
                .count();
    }

    /** The documents that are there, by canonical key, as bytes. */
    public Map<String, ByteBuffer> documents() {
        Map<String, ByteBuffer> documents = new TreeMap<>();
        current.forEach((key, change) -> {
            if (change.document() != null) {
                documents.put(key.toString(), ByteBuffer.wrap(change.document()));
            }
        });
        return documents;
    }

    /** The same of a collection as the driver reads it. */
    public static Map<String, ByteBuffer> documents(Iterable<RawBsonDocument> collection) {
        Map<String, ByteBuffer> documents = new TreeMap<>();
        for (RawBsonDocument raw : collection) {
            byte[] bytes = bytes(raw);
            documents.put(Key.of(bytes).toString(), ByteBuffer.wrap(bytes));
        }
        return documents;
    }

    /** A document's bytes, for whoever takes BSON as bytes. */
    public static byte[] bytes(RawBsonDocument document) {
        byte[] bytes = new byte[document.getByteBuffer().remaining()];
        document.getByteBuffer().get(bytes);
        return bytes;
    }

    /** Keys whose document differs, is missing, or is too much. */
    public List<String> differences(Iterable<RawBsonDocument> collection) {
        Map<String, ByteBuffer> expected = documents(collection);
        Map<String, ByteBuffer> found = documents();
        Set<String> keys = new HashSet<>(expected.keySet());
        keys.addAll(found.keySet());
        return keys.stream()
                .filter(key -> !expected.containsKey(key)
                        || !found.containsKey(key)
                        || !expected.get(key).equals(found.get(key)))
                .sorted()
                .toList();
    }

    public void assertEquals(Iterable<RawBsonDocument> collection) {
        Map<String, ByteBuffer> expected = documents(collection);
        Map<String, ByteBuffer> found = documents();
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (key, document) -> assertThat(new RawBsonDocument(found.get(key).array()))
                        .as(key)
                        .isEqualTo(new RawBsonDocument(document.array())));
        assertThat(found).isEqualTo(expected);
    }
}
