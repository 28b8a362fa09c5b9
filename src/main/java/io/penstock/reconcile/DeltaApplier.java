/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.record.BsonCursor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Applies a raw {@code updateDescription} to the raw image before it. What the update does not touch is copied as ranges of bytes,
 * never decoded; one pass over the image. New fields come last, in the update's order, as on the server; an array is filled with nulls
 * up to a new index.
 *
 * <p>An update whose result cannot be told for certain gives no result: the document has to be looked up. That is so
 * <ul>
 *   <li>when a place that is changed, removed or cut is not there, or is of another kind: the image is not the one before the update,
 *       or the path means something else;
 *   <li>before servers name ambiguous steps (6.1), when the update or a document on a path of several steps holds a name that is
 *       empty, begins with {@code $} or holds a dot;
 *   <li>when a field of a document is set to the value it has: servers do not log what changes nothing, so the field has moved to the
 *       document's end, and others may have moved with it.
 * </ul>
 *
 * <p>Not thread-safe; one instance is meant to be used over and over.
 */
final class DeltaApplier {
    /** The server refuses to fill an array with more nulls than this. */
    private static final int MOST_NULLS = 1_500_000;

    private final BsonBuffer out = new BsonBuffer();
    private byte[] image;
    private Delta delta;
    private boolean lenient;

    /** The image after the update, or null when it has to be looked up. */
    byte[] apply(byte[] before, Delta update) {
        return update.certain() ? run(before, update, false) : null;
    }

    /**
     * The image after an update which it may already include: what is not there any more is passed over, for a later update that is
     * included as well took it away. The values are right once all updates up to the image's time have been applied; null when the update's
     * paths cannot be trusted.
     */
    byte[] applyLeniently(byte[] current, Delta update) {
        return update.certain() ? run(current, update, true) : null;
    }

    private byte[] run(byte[] before, Delta update, boolean leniently) {
        image = before;
        delta = update;
        lenient = leniently;
        out.begin(before.length + update.bytes().length);
        boolean deep = false;
        for (DeltaNode child : update.root().children) {
            deep |= !child.children.isEmpty();
        }
        boolean told = document(0, update.root(), deep);
        byte[] after = told ? out.toBytes() : null;
        image = null;
        delta = null;
        return after;
    }

    private boolean document(int offset, DeltaNode node, boolean deep) {
        boolean suspectNames = deep && !delta.named();
        int lengthAt = out.reserveLength();
        int copied = offset + 4;
        BsonCursor cursor = new BsonCursor().reset(image, offset);
        while (cursor.next()) {
            if (suspectNames && isAmbiguous(cursor.nameOffset(), cursor.nameLength())) {
                return false;
            }
            DeltaNode child = node.child(image, cursor.nameOffset(), cursor.nameLength());
            if (child != null) {
                out.copy(image, copied, cursor.elementOffset());
                copied = cursor.elementOffset() + cursor.elementLength();
                if (!field(cursor, child)) {
                    return false;
                }
            }
        }
        out.copy(image, copied, offset + BsonCursor.readInt(image, offset) - 1);
        for (DeltaNode child : node.children) {
            if (!child.met && child.set) {
                set(child.name, child);
            } else if (!child.met && !lenient) {
                return false;
            }
            child.met = false;
        }
        out.endDocument(lengthAt);
        return true;
    }

    /** A field that the update names; the cursor stands on it. */
    private boolean field(BsonCursor cursor, DeltaNode child) {
        if (child.met || child.isContradictory()) {
            return false;
        }
        child.met = true;
        if (child.removed) {
            return true;
        }
        if (child.set) {
            if (!lenient && isSame(cursor, child)) {
                return false;
            }
            set(child.name, child);
            return true;
        }
        return inner(cursor, child);
    }

    private boolean inner(BsonCursor cursor, DeltaNode child) {
        byte type = cursor.type();
        boolean fits = type == BsonCursor.ARRAY || (type == BsonCursor.DOCUMENT && child.cutTo == DeltaNode.UNCUT);
        if (!fits) {
            out.copy(image, cursor.elementOffset(), cursor.elementOffset() + cursor.elementLength());
            return lenient;
        }
        out.copy(image, cursor.elementOffset(), cursor.valueOffset());
        return type == BsonCursor.ARRAY
                ? array(cursor.valueOffset(), child)
                : document(cursor.valueOffset(), child, true);
    }

    private boolean array(int offset, DeltaNode node) {
        List<DeltaNode> children = node.children;
        for (DeltaNode child : children) {
            if (child.index() < 0 || child.isContradictory() || child.removed) {
                return false;
            }
        }
        children.sort(Comparator.comparingInt(DeltaNode::index));
        int lengthAt = out.reserveLength();
        int limit = node.cutTo == DeltaNode.UNCUT ? Integer.MAX_VALUE : node.cutTo;
        int size = 0;
        int next = 0;
        BsonCursor cursor = new BsonCursor().reset(image, offset);
        while (size < limit && cursor.next()) {
            DeltaNode child =
                    next < children.size() && children.get(next).index() == size ? children.get(next++) : null;
            if (child == null) {
                out.copy(image, cursor.elementOffset(), cursor.elementOffset() + cursor.elementLength());
            } else if (child.set) {
                set(child.name, child);
            } else if (!inner(cursor, child)) {
                return false;
            }
            size++;
        }
        boolean shorter = node.cutTo != DeltaNode.UNCUT && size < node.cutTo;
        if (shorter && !lenient) {
            return false;
        }
        for (; next < children.size(); next++) {
            DeltaNode child = children.get(next);
            if (child.index() - size > MOST_NULLS) {
                return false;
            }
            if (child.set) {
                for (; size < child.index(); size++) {
                    named(BsonCursor.NULL, Integer.toString(size).getBytes(US_ASCII));
                }
                set(child.name, child);
                size++;
            } else if (!lenient) {
                return false;
            }
        }
        out.endDocument(lengthAt);
        return true;
    }

    private void set(byte[] name, DeltaNode child) {
        named(child.type, name);
        out.copy(delta.bytes(), child.valueOffset, child.valueOffset + child.valueLength);
    }

    private void named(byte type, byte[] name) {
        out.put(type);
        out.put(name);
        out.put((byte) 0);
    }

    private boolean isSame(BsonCursor cursor, DeltaNode child) {
        return cursor.type() == child.type
                && Arrays.equals(
                        image,
                        cursor.valueOffset(),
                        cursor.valueOffset() + cursor.valueLength(),
                        delta.bytes(),
                        child.valueOffset,
                        child.valueOffset + child.valueLength);
    }

    private boolean isAmbiguous(int from, int length) {
        if (length == 0 || image[from] == '$') {
            return true;
        }
        for (int i = from; i < from + length; i++) {
            if (image[i] == '.') {
                return true;
            }
        }
        return false;
    }
}
