/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.ArrayList;
import java.util.List;

/** What one command or one transaction has written so far: entries for the log, and how to take each back. */
final class Changes {
    private record Written(StoredCollection collection, Row row, Version version, ChangeEntry entry) {}

    private final List<ChangeEntry> entries = new ArrayList<>();
    private final List<Written> written = new ArrayList<>();

    boolean isEmpty() {
        return entries.isEmpty();
    }

    List<ChangeEntry> entries() {
        return entries;
    }

    void add(ChangeEntry entry) {
        entries.add(entry);
    }

    void add(StoredCollection collection, Row row, Version version, ChangeEntry entry) {
        entries.add(entry);
        written.add(new Written(collection, row, version, entry));
    }

    /** Takes everything back, the last first. */
    void undo() {
        for (int i = written.size() - 1; i >= 0; i--) {
            Written one = written.get(i);
            one.row().pop();
            if (one.row().head() == null) {
                one.collection().forget(one.row());
            }
            for (StoredIndex index : one.collection().indexes()) {
                index.replace(
                        one.collection(),
                        one.row().key,
                        one.entry().after(),
                        one.entry().before());
            }
        }
        written.clear();
        entries.clear();
    }

    /** Gives a transaction's versions and entries their one time. */
    void stamp(long time) {
        written.forEach(one -> one.version().commit(time));
        for (int i = 0; i < entries.size(); i++) {
            entries.set(i, entries.get(i).committed(time, i));
        }
    }

    /** Counts what was written, and hands what it superseded to the history. */
    void publish(History history) {
        for (Written one : written) {
            one.collection().account(one.entry().before(), one.entry().after());
            history.superseded(one.collection(), one.row(), one.version(), one.entry());
        }
    }
}
