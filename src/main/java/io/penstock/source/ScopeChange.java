/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.record.Namespace;
import java.io.Serializable;
import java.util.List;

/**
 * A job went on from its state with other collections. The change is a cut in cluster time, so that nothing depends on when which reader
 * heard of it: what happened up to {@code time} is exported only of collections that were in the scope before (and still are), what happened
 * later of all that are in the scope now. At the cut, in the stream's order, collections that entered get what a collection
 * gets that came by a rename: a floor if an earlier scope had them, for what is known of them is stale, and a pass of their own.
 *
 * @param before the scope up to the cut
 * @param time the cluster time of the cut; events of this very time lie before it
 * @param entered collections that have to be read or to be swept, in order
 * @param left full names of the collections known to have been exported, and in the scope no longer
 */
public record ScopeChange(Scope before, long time, List<Entered> entered, List<String> left) implements Serializable {

    /**
     * A collection that is in the scope from the cut on.
     *
     * @param fullName {@code database.collection}
     * @param isRead whether a pass over it is needed; not for one that is not there, nor in a job without a snapshot
     * @param isBack whether an earlier scope had it, so that state and targets may hold documents that have gone meanwhile
     */
    public record Entered(String fullName, boolean isRead, boolean isBack) implements Serializable {
        public Namespace namespace() {
            return Namespace.parse(fullName);
        }
    }

    public ScopeChange {
        entered = List.copyOf(entered);
        left = List.copyOf(left);
    }

    /** Whether what happens in a namespace at a cluster time lies behind the cut, or is of a collection that was watched before it. */
    public boolean lets(Namespace namespace, long clusterTime) {
        return Long.compareUnsigned(clusterTime, time) > 0 || before.matches(namespace);
    }

    /** The same cut, not before a place that the stream has reached already. */
    public ScopeChange notBefore(long clusterTime) {
        return Long.compareUnsigned(time, clusterTime) >= 0
                ? this
                : new ScopeChange(before, clusterTime, entered, left);
    }
}
