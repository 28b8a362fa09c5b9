/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * How the server finds the delta between two images when a pipeline update made the second: both are walked in the order of
 * their fields, so that applying the delta gives back the order too. A field that moved is removed and added at the end; in
 * a change event only the adding is seen.
 */
final class DocumentDiff {
    /** What the server counts for a delta entry around the diff itself. */
    private static final int ENTRY_OVERHEAD = 15;

    private DocumentDiff() {}

    /** The delta, or null when the server would log the whole document because that is shorter. */
    static DiffNode between(BsonDocument before, BsonDocument after) {
        DiffNode diff = documents(before, after);
        return diff.size() + ENTRY_OVERHEAD >= Sizes.of(after) ? null : diff;
    }

    private static DiffNode documents(BsonDocument before, BsonDocument after) {
        DiffNode diff = new DiffNode(false);
        Set<String> removed = new LinkedHashSet<>();
        Iterator<Map.Entry<String, BsonValue>> olds = before.entrySet().iterator();
        Iterator<Map.Entry<String, BsonValue>> news = after.entrySet().iterator();
        Map.Entry<String, BsonValue> old = next(olds);
        Map.Entry<String, BsonValue> now = next(news);
        while (old != null && now != null) {
            if (old.getKey().equals(now.getKey())) {
                value(diff, now.getKey(), old.getValue(), now.getValue());
                now = next(news);
            } else {
                removed.add(old.getKey());
            }
            old = next(olds);
        }
        for (; old != null; old = next(olds)) {
            removed.add(old.getKey());
        }
        for (; now != null; now = next(news)) {
            diff.added.put(now.getKey(), now.getValue());
            removed.remove(now.getKey());
        }
        diff.removed.addAll(removed);
        return diff;
    }

    private static <T> T next(Iterator<T> iterator) {
        return iterator.hasNext() ? iterator.next() : null;
    }

    private static void value(DiffNode diff, String name, BsonValue old, BsonValue now) {
        if (Sizes.same(old, now)) {
            return;
        }
        DiffNode below = null;
        if (old.isDocument() && now.isDocument()) {
            below = documents(old.asDocument(), now.asDocument());
        } else if (old.isArray() && now.isArray()) {
            below = arrays(old.asArray(), now.asArray());
        }
        if (below == null || below.size() > Sizes.field("", now) - 2) {
            diff.changed.put(name, now);
        } else {
            diff.below.put(name, below);
        }
    }

    private static DiffNode arrays(BsonArray old, BsonArray now) {
        DiffNode diff = new DiffNode(true);
        for (int i = 0; i < now.size(); i++) {
            if (i < old.size()) {
                value(diff, String.valueOf(i), old.get(i), now.get(i));
            } else {
                diff.changed.put(String.valueOf(i), now.get(i));
            }
        }
        if (now.size() < old.size()) {
            diff.newSize = now.size();
        }
        return diff;
    }
}
