/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Changes that wait to be staged, or written, by target; of each document the newest only, since the target will hold no more than that. Bounded by
 * whoever adds: a document is at most 16 MB.
 */
public final class Batch {
    private final Map<String, Map<ByteBuffer, StagedRow>> rows = new TreeMap<>();
    private long bytes;
    private int changes;

    /**
     * Adds a change, in place of an older one of its document.
     *
     * @param target one of {@link StagedTarget#targetOf}
     */
    public void add(String target, ChangeRecord change) {
        StagedRow row = StagedRow.of(change);
        Map<ByteBuffer, StagedRow> ofTarget = rows.computeIfAbsent(target, any -> new LinkedHashMap<>());
        StagedRow before = ofTarget.put(ByteBuffer.wrap(row.identity()), row);
        if (before == null) {
            changes++;
        } else {
            bytes -= size(before.change());
            if (before.isNewerThan(row)) {
                ofTarget.put(ByteBuffer.wrap(row.identity()), before);
                bytes += size(before.change());
                return;
            }
        }
        bytes += size(change);
    }

    /** Whether it holds so many bytes of documents, or so many documents. */
    public boolean isFull(long mostBytes, int mostChanges) {
        return bytes >= mostBytes || changes >= mostChanges;
    }

    /** How many changes it holds: of each document one. */
    public int changes() {
        return changes;
    }

    /** How many bytes of documents and keys it holds. */
    public long bytes() {
        return bytes;
    }

    /** By target, in the order of their names. */
    public Map<String, Collection<StagedRow>> byTarget() {
        Map<String, Collection<StagedRow>> byTarget = new TreeMap<>();
        rows.forEach((target, ofTarget) -> byTarget.put(target, ofTarget.values()));
        return byTarget;
    }

    /** Forgets all. */
    public void clear() {
        rows.clear();
        bytes = 0;
        changes = 0;
    }

    /** How many bytes of document and key a change is. */
    static long size(ChangeRecord change) {
        return (long) change.documentKey().length + (change.document() == null ? 0 : change.document().length);
    }
}
