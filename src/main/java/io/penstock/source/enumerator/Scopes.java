/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.record.Namespace;
import io.penstock.source.Scope;
import io.penstock.source.ScopeChange;
import io.penstock.source.ScopeChange.Entered;
import io.penstock.source.server.CollectionInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The scope that the state was made with, and every change of it since the job began: the stream's reader needs those that lie ahead of
 * its position, whatever checkpoint it comes from, and a collection that comes back is known by the scopes that had it. A few
 * hundred bytes a change, and a change takes a person.
 *
 * @param scope null before the job has begun
 */
record Scopes(Scope scope, List<ScopeChange> changes) {

    Scopes {
        changes = List.copyOf(changes);
    }

    /** Whether the job goes on with another scope. */
    boolean differFrom(Scope now) {
        return scope != null && !scope.equals(now);
    }

    Scopes begin(Scope now) {
        return new Scopes(now, changes);
    }

    /**
     * Takes over another scope.
     *
     * @param time where it is cut, taken before the collections were listed
     * @param listed the collections that are there
     * @param known collections of which something was exported
     * @param withContent whether the job exports what collections hold when they come into the scope
     * @throws IllegalArgumentException when a collection given by name cannot be exported
     */
    Scopes change(Scope now, long time, List<CollectionInfo> listed, Set<Namespace> known, boolean withContent) {
        TreeMap<Namespace, Entered> entered = new TreeMap<>();
        for (ScopeChange past : changes) {
            past.left().stream()
                    .map(Namespace::parse)
                    .filter(namespace -> enters(namespace, now))
                    .forEach(namespace -> entered.put(namespace, new Entered(namespace.toString(), false, true)));
        }
        now.names().stream()
                .filter(namespace -> enters(namespace, now) && had(namespace))
                .forEach(namespace -> entered.put(namespace, new Entered(namespace.toString(), false, true)));
        for (Namespace namespace : now.exportable(listed)) {
            if (enters(namespace, now)) {
                entered.put(namespace, new Entered(namespace.toString(), withContent, had(namespace)));
            }
        }
        TreeSet<String> left = new TreeSet<>();
        known.stream().filter(namespace -> leaves(namespace, now)).forEach(namespace -> left.add(namespace.toString()));
        listed.stream()
                .map(CollectionInfo::namespace)
                .filter(namespace -> leaves(namespace, now))
                .forEach(namespace -> left.add(namespace.toString()));
        List<ScopeChange> all = new ArrayList<>(changes);
        all.add(new ScopeChange(scope, time, List.copyOf(entered.values()), List.copyOf(left)));
        return new Scopes(now, all);
    }

    private boolean had(Namespace namespace) {
        return changes.stream().anyMatch(past -> past.before().matches(namespace));
    }

    private boolean enters(Namespace namespace, Scope now) {
        return now.matches(namespace) && !scope.matches(namespace);
    }

    private boolean leaves(Namespace namespace, Scope now) {
        return scope.matches(namespace) && !now.matches(namespace);
    }
}
