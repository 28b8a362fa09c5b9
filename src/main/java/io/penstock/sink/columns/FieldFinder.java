/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.columns;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.BsonCursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the fields of raw documents, all of a list of paths in one walk and without decoding. Of fields with one name the first counts. Not
 * thread-safe; one instance is meant to be used over and over.
 */
final class FieldFinder {
    /** No BSON type has this code. */
    static final byte MISSING = 0;

    private final Node root = new Node(new byte[0], 0);
    private final byte[] types;
    private final int[] offsets;
    private final List<BsonCursor> cursors = new ArrayList<>();
    private int round;
    private int others;

    /** A step, below another. */
    private static final class Node {
        private final byte[] name;
        private final List<Node> below = new ArrayList<>();
        private final List<Integer> found = new ArrayList<>();
        private final int place;
        private Node[] table = {};
        private int mask;
        private int expected;
        private int metIn;

        private Node(byte[] name, int place) {
            this.name = name;
            this.place = place;
        }

        private Node step(byte[] wanted) {
            for (Node node : below) {
                if (Arrays.equals(node.name, wanted)) {
                    return node;
                }
            }
            Node node = new Node(wanted, below.size());
            below.add(node);
            return node;
        }

        private void freeze() {
            table = new Node[Integer.highestOneBit(2 * below.size() + 1) * 2];
            mask = table.length - 1;
            for (Node node : below) {
                int slot = hash(node.name, 0, node.name.length);
                while (table[slot & mask] != null) {
                    slot++;
                }
                table[slot & mask] = node;
                node.freeze();
            }
        }

        /** The step that the cursor stands at, or null. Mostly the one after the last: documents are alike. */
        private Node at(byte[] document, BsonCursor cursor) {
            if (expected < below.size() && cursor.nameEquals(below.get(expected).name)) {
                return below.get(expected++);
            }
            int slot = hash(document, cursor.nameOffset(), cursor.nameLength());
            for (Node node = table[slot & mask]; node != null; node = table[++slot & mask]) {
                if (cursor.nameEquals(node.name)) {
                    expected = node.place + 1;
                    return node;
                }
            }
            return null;
        }

        private static int hash(byte[] bytes, int offset, int count) {
            int hash = 0;
            for (int i = offset; i < offset + count; i++) {
                hash = 31 * hash + bytes[i];
            }
            return hash ^ hash >>> 16;
        }
    }

    FieldFinder(List<FieldPath> paths) {
        types = new byte[paths.size()];
        offsets = new int[paths.size()];
        for (int i = 0; i < paths.size(); i++) {
            Node node = root;
            for (String step : paths.get(i).steps()) {
                node = node.step(step.getBytes(UTF_8));
            }
            node.found.add(i);
        }
        root.freeze();
    }

    /** Looks into a document; none has no fields. */
    void find(byte[] document) {
        Arrays.fill(types, MISSING);
        round++;
        others = 0;
        if (document != null) {
            for (int path : root.found) {
                types[path] = BsonCursor.DOCUMENT;
                offsets[path] = 0;
            }
            walk(document, 0, root, 0);
        }
    }

    /** The BSON type of the field at a path's place in the list, or {@link #MISSING}. */
    byte type(int path) {
        return types[path];
    }

    /** Where the field's value begins. */
    int offset(int path) {
        return offsets[path];
    }

    /** How many elements of the top level no path leads to or through. */
    int others() {
        return others;
    }

    /** Whether a path leads to or through the element of the top level that a cursor stands at. */
    boolean isKnown(byte[] document, BsonCursor element) {
        return root.at(document, element) != null;
    }

    private void walk(byte[] document, int offset, Node node, int depth) {
        if (cursors.size() == depth) {
            cursors.add(new BsonCursor());
        }
        BsonCursor cursor = cursors.get(depth).reset(document, offset);
        node.expected = 0;
        while (cursor.next()) {
            Node step = node.at(document, cursor);
            if (step == null) {
                others += depth == 0 ? 1 : 0;
                continue;
            }
            if (step.metIn == round) {
                continue;
            }
            step.metIn = round;
            for (int path : step.found) {
                types[path] = cursor.type();
                offsets[path] = cursor.valueOffset();
            }
            boolean nested = cursor.type() == BsonCursor.DOCUMENT || cursor.type() == BsonCursor.ARRAY;
            if (nested && !step.below.isEmpty()) {
                walk(document, cursor.valueOffset(), step, depth + 1);
            }
        }
    }
}
