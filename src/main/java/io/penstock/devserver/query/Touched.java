/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** The paths that update operators wrote, and the delta that the server logs for them. */
final class Touched {
    private final List<String[]> paths = new ArrayList<>();

    void add(String[] path) {
        paths.add(path);
    }

    /**
     * The delta: each path is cut after its first part that is new, because from there on the whole new value is logged.
     * Paths whose value is the same as before to the byte are left out.
     */
    DiffNode delta(BsonDocument before, BsonDocument after) {
        DiffNode root = new DiffNode(false);
        for (String[] path : paths) {
            describe(root, before, after, path, 0);
        }
        return root;
    }

    private static void describe(DiffNode node, BsonValue before, BsonValue after, String[] path, int at) {
        String name = path[at];
        BsonValue old = child(before, name);
        BsonValue now = child(after, name);
        if (now == null) {
            if (old != null && !node.removed.contains(name)) {
                node.removed.add(name);
            }
        } else if (old == null) {
            // An array has no fields to add: a new element is logged as one that changed.
            (node.array ? node.changed : node.added).put(name, now);
        } else if (at == path.length - 1 || !sameContainer(old, now)) {
            if (!Sizes.same(old, now)) {
                node.changed.put(name, now);
            }
        } else if (!node.changed.containsKey(name)) {
            DiffNode below = node.below.getOrDefault(name, new DiffNode(now.isArray()));
            describe(below, old, now, path, at + 1);
            if (!below.isEmpty()) {
                node.below.put(name, below);
            }
        }
    }

    private static boolean sameContainer(BsonValue old, BsonValue now) {
        return (old.isDocument() && now.isDocument()) || (old.isArray() && now.isArray());
    }

    private static BsonValue child(BsonValue container, String name) {
        if (container.isDocument()) {
            return container.asDocument().get(name);
        }
        BsonArray array = container.asArray();
        int index = Paths.index(name);
        return index >= 0 && index < array.size() ? array.get(index) : null;
    }
}
