/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;
import java.util.Optional;

/**
 * The records of a job that has a metadata store. One that was started without it has its record beside its checkpoints, and takes it along when its
 * next life begins: not earlier, for a life that runs asks the record where it was when it began.
 *
 * <p><b>Why exactly one is valid.</b> The life's first record is written beside the checkpoints, by compare-and-set and with a note that it moves; its token has
 * grown, so that earlier lives are refused there. Then it is written into the store, which lets one writer make the first record. A process that is
 * killed in between leaves the note: the next one finishes the move. At last the note says that it is done, so that a store that is empty is never
 * taken for one that is still to be filled.
 */
final class MovingRecords implements JobRecords {
    private final MetadataStore store;
    private final String database;
    private final Optional<FileJobRecords> file;

    MovingRecords(MetadataStore store, String database, Optional<FileJobRecords> file) {
        this.store = store;
        this.database = database;
        this.file = file;
    }

    static MovingRecords open(MetadataOptions options) throws IOException {
        return of(MetadataStore.open(options), options);
    }

    /** In a store that is open, and is closed with them. */
    static MovingRecords of(MetadataStore store, MetadataOptions options) throws IOException {
        return new MovingRecords(store, options.spec().database(), beside(options.stateDir()));
    }

    /** Where no record can be kept, none was. */
    private static Optional<FileJobRecords> beside(String stateDir) throws IOException {
        try {
            return Optional.of(FileJobRecords.in(stateDir));
        } catch (UnsupportedStoreException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Versioned<JobRecord>> read() throws IOException {
        Optional<Versioned<JobRecord>> stored = store.records().read();
        return stored.isPresent()
                ? stored
                : noted().map(note ->
                        new Versioned<>(note.version(), note.value().record()));
    }

    private Optional<Versioned<RecordText.Noted>> noted() throws IOException {
        Optional<Versioned<RecordText.Noted>> note =
                file.isEmpty() ? Optional.empty() : file.get().noted();
        if (note.isPresent() && note.get().value().isMoved()) {
            JobRecord moved = note.get().value().record();
            throw new IOException(
                    "the record of " + moved.name() + " was moved into a metadata store by " + moved.by()
                            + " at " + moved.at() + ", and in database " + database
                            + " of this one there is none: it is another store, or has lost what it held."
                            + " Without the record it is not known where the job continues; docs/metadata.md says what can be done");
        }
        return note;
    }

    @Override
    public boolean compareAndSet(long expected, JobRecord next) throws IOException {
        if (store.records().read().isPresent()) {
            return store.records().compareAndSet(expected, next);
        }
        Optional<Versioned<RecordText.Noted>> note = noted();
        if (note.isEmpty()) {
            return expected == NONE && store.records().compareAndSet(NONE, next);
        }
        if (note.get().version() != expected) {
            return false;
        }
        RecordText.Noted before = note.get().value();
        if (before.isMoving()) {
            return adopt(expected, before, expected + 1, next);
        }
        if (next.token() == before.record().token()) {
            return file.orElseThrow().compareAndSet(expected, next);
        }
        RecordText.Noted moving = RecordText.Noted.moving(next, database);
        return file.orElseThrow().compareAndSet(expected, moving) && adopt(expected + 1, moving, expected + 1, next);
    }

    private boolean adopt(long noteVersion, RecordText.Noted note, long version, JobRecord record) throws IOException {
        return store.records().adopt(version, record) && file.orElseThrow().compareAndSet(noteVersion, note.moved());
    }

    @Override
    public Optional<Leases.Held> lease() throws IOException {
        return store.leases().read();
    }

    @Override
    public void close() {
        store.close();
    }
}
