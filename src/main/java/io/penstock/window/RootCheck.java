/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.window.ChainCheck.Place;
import io.penstock.window.ChainCheck.Problem;
import io.penstock.window.Root.Follows;
import io.penstock.window.SealOptions.Superseded;
import io.penstock.window.SealedWindows.Sealed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Checks roots: against each other, and that each manifest that one lists is there, and no other. */
final class RootCheck {
    private final SealedWindows sealed;
    private final List<Problem> problems;
    /** Where roots begin that need not begin with the first; null when they have to. */
    private final List<Problem> begins;

    private final Map<Integer, NavigableMap<Long, Root>> generations = new HashMap<>();
    private Place last;
    private Root before;

    RootCheck(SealedWindows sealed, List<Problem> problems, List<Problem> begins) {
        this.sealed = sealed;
        this.problems = problems;
        this.begins = begins;
    }

    void unreadable(Place place) {
        last = place;
        before = null;
    }

    /** The next root; returns whether one of those that it covers has a hash. */
    boolean next(Place place, Root root, String hash) {
        if (last != null && last.generation() != place.generation()) {
            last = null;
            before = null;
        }
        if (root.window() != place.window() || root.last() != place.last() || root.generation() != place.generation()) {
            problem(
                    place,
                    "holds the root of window " + root.window() + ", generation " + root.generation()
                            + ": it was moved or copied here");
            unreadable(place);
            return false;
        }
        linked(place, root);
        generations.computeIfAbsent(root.generation(), none -> new TreeMap<>()).put(root.window(), root);
        boolean isThere = lists(place, root, root.window(), root.manifests());
        if (root.last() > root.window()) {
            isThere &= lists(place, root, root.last(), root.lastManifests());
            if (isThere && !root.lastHash().equals(hashAt(root, root.last()))) {
                problem(place, "does not fit the manifests of the windows that it covers");
            }
        }
        for (Superseded range : root.supersedes()) {
            superseded(place, range, range.first());
            superseded(place, range, range.last());
        }
        last = place;
        before = root;
        return hash != null && (hash.equals(root.hash()) || hash.equals(root.lastHash()) || covers(root, hash));
    }

    private boolean covers(Root root, String hash) {
        for (long window = root.window() + 1; window < root.last(); window++) {
            if (hash.equals(hashAt(root, window))) {
                return true;
            }
        }
        return false;
    }

    private void linked(Place place, Root root) {
        if (before != null) {
            if (!before.lastHash().equals(root.previous())) {
                problem(
                        place,
                        "does not follow the root of window " + before.last() + ": roots are missing, or were changed");
            }
        } else if (last == null && root.previous() != null) {
            Follows follows = root.follows();
            NavigableMap<Long, Root> earlier = follows == null ? null : generations.get(follows.generation());
            Map.Entry<Long, Root> entry = earlier == null ? null : earlier.floorEntry(follows.window());
            if (entry == null || !root.previous().equals(hashAt(entry.getValue(), follows.window()))) {
                if (begins == null) {
                    problem(place, "the root before it is missing");
                } else {
                    begins.add(new Problem(
                            place.path(),
                            "the roots of generation " + root.generation() + " begin here with window " + root.window()
                                    + ": those before are not there"));
                }
            }
        }
    }

    private boolean lists(Place place, Root root, long window, Map<String, String> manifests) {
        boolean isThere = true;
        for (Map.Entry<String, String> manifest : manifests.entrySet()) {
            Sealed found = sealed.of(root.generation(), manifest.getKey(), window);
            if (found == null) {
                if (!isBeforeBeginning(sealed.firstWindowOf(root.generation(), manifest.getKey()), window)) {
                    problem(
                            place,
                            "lists the manifest of window " + window + " of " + manifest.getKey()
                                    + ", which is missing");
                }
                isThere = false;
            } else if (!found.hashAt(window).equals(manifest.getValue())) {
                problem(
                        place,
                        "lists another manifest of window " + window + " of " + manifest.getKey() + " than "
                                + found.place().path());
                isThere = false;
            }
        }
        return isThere;
    }

    /** The hash of one of the roots that a stored one covers, by the manifests that are there; null when one is missing. */
    private String hashAt(Root root, long asked) {
        if (asked < root.window() || asked > root.last()) {
            return null;
        }
        String hash = root.hash();
        for (long window = root.window() + 1; window <= asked; window++) {
            Map<String, String> manifests = new TreeMap<>();
            for (String namespace : root.manifests().keySet()) {
                Sealed found = sealed.of(root.generation(), namespace, window);
                if (found == null) {
                    return null;
                }
                manifests.put(namespace, found.hashAt(window));
            }
            RootChain previous = new RootChain(root.generation(), window - 1, hash, null);
            hash = RootText.root(root.generation(), window, manifests, previous)
                    .get(RootText.ROOT_HASH)
                    .textValue();
        }
        return hash;
    }

    private void superseded(Place place, Superseded range, long window) {
        long first = sealed.firstWindow(range.generation(), range.folder());
        if (sealed.at(range.generation(), range.folder(), window) == null && !isBeforeBeginning(first, window)) {
            problem(
                    place,
                    "supersedes the manifest of window " + window + " of " + range.folder() + ", generation "
                            + range.generation() + ", which is missing");
        }
    }

    /** Manifests that no root lists; the latest may be about to be. */
    void finish() {
        for (int generation : sealed.generations()) {
            NavigableMap<Long, Root> roots = generations.get(generation);
            if (roots == null) {
                problems.add(new Problem("manifests/" + generation + "/roots", "there are none: they are missing"));
                continue;
            }
            for (Sealed found : sealed.all(generation)) {
                if (found.manifest() != null) {
                    listed(roots, found, found.place().window());
                    listed(roots, found, found.place().last());
                }
            }
        }
    }

    private void listed(NavigableMap<Long, Root> roots, Sealed found, long window) {
        Root root = roots.floorEntry(window) == null
                ? null
                : roots.floorEntry(window).getValue();
        boolean isRooted = root != null && root.last() >= window;
        if (isRooted && !root.manifests().containsKey(found.manifest().namespace())) {
            problem(found.place(), "is not listed by the root of its window: it was added");
        } else if (!isRooted && window < roots.lastKey() && !isBeforeBeginning(roots.firstKey(), window)) {
            problem(found.place(), "the root of window " + window + " is missing");
        }
    }

    private boolean isBeforeBeginning(long first, long window) {
        return begins != null && window < first;
    }

    private void problem(Place place, String what) {
        problems.add(new Problem(place.path(), what));
    }
}
