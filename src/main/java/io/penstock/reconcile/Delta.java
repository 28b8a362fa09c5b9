/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.BsonCursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A raw {@code updateDescription} as a tree of places. A dot in a path parts two steps unless {@code disambiguatedPaths} says otherwise;
 * servers before 6.1 do not send that, and then a path with an empty step or one that begins with {@code $} cannot be trusted.
 *
 * @param bytes the description, which set values are ranges of
 * @param root the document's own node
 * @param certain whether each path can be taken as it is written
 * @param named whether the server names the steps of paths that could be read in two ways
 * @param removes whether any field is removed
 */
record Delta(byte[] bytes, DeltaNode root, boolean certain, boolean named, boolean removes) {
    private static final byte[] UPDATED = "updatedFields".getBytes(UTF_8);
    private static final byte[] REMOVED = "removedFields".getBytes(UTF_8);
    private static final byte[] TRUNCATED = "truncatedArrays".getBytes(UTF_8);
    private static final byte[] DISAMBIGUATED = "disambiguatedPaths".getBytes(UTF_8);
    private static final byte[] FIELD = "field".getBytes(UTF_8);
    private static final byte[] NEW_SIZE = "newSize".getBytes(UTF_8);

    static Delta parse(byte[] description) {
        return new Parser(description).parse();
    }

    private static final class Parser {
        private final byte[] bytes;
        private final DeltaNode root = new DeltaNode(new byte[0]);
        private int paths = -1;
        private boolean certain = true;
        private boolean removes;

        Parser(byte[] bytes) {
            this.bytes = bytes;
        }

        Delta parse() {
            BsonCursor part = BsonCursor.over(bytes);
            while (part.next()) {
                if (part.nameEquals(DISAMBIGUATED) && part.type() == BsonCursor.DOCUMENT) {
                    paths = part.valueOffset();
                }
            }
            part.reset(bytes, 0);
            while (part.next()) {
                if (part.nameEquals(UPDATED)) {
                    updated(part);
                } else if (part.nameEquals(REMOVED)) {
                    removed(part);
                } else if (part.nameEquals(TRUNCATED)) {
                    truncated(part);
                }
            }
            return new Delta(bytes, root, certain, paths >= 0, removes);
        }

        private void updated(BsonCursor part) {
            BsonCursor field = new BsonCursor().reset(bytes, part.valueOffset());
            while (field.next()) {
                DeltaNode node = place(bytes, field.nameOffset(), field.nameLength());
                node.set = true;
                node.type = field.type();
                node.valueOffset = field.valueOffset();
                node.valueLength = field.valueLength();
            }
        }

        private void removed(BsonCursor part) {
            if (part.type() != BsonCursor.ARRAY) {
                return;
            }
            BsonCursor path = new BsonCursor().reset(bytes, part.valueOffset());
            while (path.next()) {
                place(bytes, path.valueOffset() + 4, path.valueLength() - 5).removed = true;
                removes = true;
            }
        }

        private void truncated(BsonCursor part) {
            if (part.type() != BsonCursor.ARRAY) {
                return;
            }
            BsonCursor array = new BsonCursor().reset(bytes, part.valueOffset());
            BsonCursor field = new BsonCursor();
            while (array.next()) {
                DeltaNode node = null;
                int size = DeltaNode.UNCUT;
                field.reset(bytes, array.valueOffset());
                while (field.next()) {
                    if (field.nameEquals(FIELD)) {
                        node = place(bytes, field.valueOffset() + 4, field.valueLength() - 5);
                    } else if (field.nameEquals(NEW_SIZE)) {
                        size = field.intValue();
                    }
                }
                if (node != null) {
                    node.cutTo = size;
                }
            }
        }

        /** The node of a path, with the nodes above it. */
        private DeltaNode place(byte[] source, int from, int length) {
            DeltaNode node = root;
            for (byte[] step : steps(source, from, length)) {
                node = node.child(step);
            }
            return node;
        }

        private List<byte[]> steps(byte[] source, int from, int length) {
            List<byte[]> named = namedSteps(source, from, length);
            if (named != null) {
                return named;
            }
            List<byte[]> steps = new ArrayList<>(4);
            int start = from;
            for (int i = from; i <= from + length; i++) {
                if (i == from + length || source[i] == '.') {
                    byte[] step = Arrays.copyOfRange(source, start, i);
                    certain &= paths >= 0 || (step.length > 0 && step[0] != '$');
                    steps.add(step);
                    start = i + 1;
                }
            }
            return steps;
        }

        /** The steps that the server names for a path that could be read in two ways; null for any other path. */
        private List<byte[]> namedSteps(byte[] source, int from, int length) {
            if (paths < 0) {
                return null;
            }
            BsonCursor path = new BsonCursor().reset(bytes, paths);
            if (!path.find(Arrays.copyOfRange(source, from, from + length))) {
                return null;
            }
            List<byte[]> steps = new ArrayList<>(4);
            BsonCursor step = new BsonCursor().reset(bytes, path.valueOffset());
            while (step.next()) {
                String text = step.type() == BsonCursor.INT32 ? Integer.toString(step.intValue()) : step.stringValue();
                steps.add(text.getBytes(UTF_8));
            }
            return steps;
        }
    }
}
