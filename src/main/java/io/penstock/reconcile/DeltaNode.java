/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an update does at one place of a document: sets it, removes it, cuts an array, or changes places below it. The root stands for
 * the document itself.
 */
final class DeltaNode {
    /** No array is cut here. */
    static final int UNCUT = -1;

    final byte[] name;
    final List<DeltaNode> children = new ArrayList<>(4);
    boolean removed;
    boolean set;
    byte type;
    int valueOffset;
    int valueLength;
    int cutTo = UNCUT;
    /** Whether the place was seen in the image that is being rebuilt. */
    boolean met;

    DeltaNode(byte[] name) {
        this.name = name;
    }

    /** The child of a name, made when there is none. */
    DeltaNode child(byte[] childName) {
        DeltaNode known = child(childName, 0, childName.length);
        if (known != null) {
            return known;
        }
        DeltaNode made = new DeltaNode(childName);
        children.add(made);
        return made;
    }

    /** The child whose name is a range of bytes, or null. */
    DeltaNode child(byte[] source, int from, int length) {
        for (int i = 0; i < children.size(); i++) {
            byte[] candidate = children.get(i).name;
            if (candidate.length == length && Arrays.equals(candidate, 0, length, source, from, from + length)) {
                return children.get(i);
            }
        }
        return null;
    }

    /** Whether something below this place changes, rather than the place itself. */
    boolean isInner() {
        return cutTo != UNCUT || !children.isEmpty();
    }

    /** Whether the update says two things about this place, which no server does. */
    boolean isContradictory() {
        return (set ? 1 : 0) + (removed ? 1 : 0) + (isInner() ? 1 : 0) > 1;
    }

    /** The name as an array index, or -1 when it is none. */
    int index() {
        boolean leadingZero = name.length > 1 && name[0] == '0';
        if (name.length == 0 || name.length > 9 || leadingZero) {
            return -1;
        }
        int index = 0;
        for (byte digit : name) {
            if (digit < '0' || digit > '9') {
                return -1;
            }
            index = index * 10 + digit - '0';
        }
        return index;
    }
}
