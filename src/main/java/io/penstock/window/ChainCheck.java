/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.window.Manifest.DataFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks an export's manifests against each other and against the roots, and which data files they name. Pure: what was read is given to it,
 * manifests in the order of generation, namespace and window, then roots in the order of generation and window, then files.
 *
 * <p>What it cannot see is the end of all chains cut off together with their roots and files: whoever holds a hash of that end can, see
 * {@code kept}.
 */
public final class ChainCheck {
    private final String sink;
    private final String kept;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, DataFile> named = new HashMap<>();
    private final Map<String, Place> namedBy = new HashMap<>();
    private final SealedWindows sealed = new SealedWindows();
    private final List<Problem> begins = new ArrayList<>();
    private final boolean mayBeginLater;
    private final RootCheck roots;
    private final Set<String> unmet = new HashSet<>();
    private Place last;
    private Manifest before;
    private Buckets table = new Buckets();
    private boolean isKeptMet;
    private int manifests;
    private int unsealed;
    private int superseded;

    /**
     * @param sink the name of the sink whose folder it is: a job may have several
     * @param kept the hash of a manifest or root that has to be there; null when none was kept
     */
    public ChainCheck(String sink, String kept) {
        this(sink, kept, false);
    }

    private ChainCheck(String sink, String kept, boolean mayBeginLater) {
        this.sink = sink;
        this.kept = kept;
        this.mayBeginLater = mayBeginLater;
        this.roots = new RootCheck(sealed, problems, mayBeginLater ? begins : null);
    }

    /**
     * Of a metadata store: it has no files, and it may begin behind the beginning of the export, for what it holds is kept for a time, and a job may
     * have been given it late. Where it does is said, see {@link Result#begins()}.
     *
     * @param kept as of the other
     */
    public static ChainCheck ofStore(String kept) {
        return new ChainCheck("", kept, true);
    }

    /**
     * What is wrong.
     *
     * @param where the manifest or data file, below the export's folder
     */
    public record Problem(String where, String what) {}

    /**
     * Where a manifest or root lies.
     *
     * @param folder of the namespace
     * @param window the first that it covers
     * @param last the last that it covers
     * @param path below the export's folder
     */
    public record Place(int generation, String folder, long window, long last, String path) {
        private boolean sameChain(Place other) {
            return other != null && generation == other.generation && folder.equals(other.folder);
        }
    }

    /** A manifest that cannot be read; its window cannot be checked further. */
    public void unreadable(Place place, String why) {
        problem(place, why);
        begin(place);
        sealed.unreadable(place);
        last = place;
        before = null;
    }

    private void begin(Place place) {
        if (!place.sameChain(last)) {
            before = null;
            table = new Buckets();
            last = null;
        }
    }

    /** The next manifest. */
    public void next(Place place, Manifest manifest) {
        begin(place);
        manifests += Math.toIntExact(manifest.last() - manifest.window() + 1);
        String what = "the manifest of window " + manifest.window() + " of " + manifest.namespace() + ", generation "
                + manifest.generation();
        if (manifest.window() != place.window()
                || manifest.last() != place.last()
                || manifest.generation() != place.generation()) {
            problem(place, "holds " + what + ": it was moved or copied here");
            last = place;
            before = null;
            return;
        }
        linked(place, manifest);
        sealed.add(place, manifest);
        numbers(place, manifest);
        manifest.files().stream().filter(file -> file.sink().equals(sink)).forEach(file -> name(place, file));
        isKeptMet |= kept != null && manifest.hasHash(kept);
        last = place;
        before = manifest;
    }

    /** A file that is committed already when a rollback begins is named again, by the manifest that is valid then. */
    private void name(Place place, DataFile file) {
        Place other = namedBy.put(file.path(), place);
        DataFile otherwise = named.put(file.path(), file);
        if (other == null) {
            return;
        }
        boolean isValid = other.generation() == place.generation()
                || other.window() < sealed.firstWindow(place.generation(), place.folder());
        if (isValid || !file.equals(otherwise)) {
            problem(place, "names " + file.path() + ", which " + other.path() + " names too");
        }
    }

    private void linked(Place place, Manifest manifest) {
        if (before != null) {
            if (!before.namespace().equals(manifest.namespace())) {
                problem(place, "is of " + manifest.namespace() + ", the one before of " + before.namespace());
            } else if (!before.lastHash().equals(manifest.previous())) {
                problem(place, "does not follow the manifest of window " + before.last() + missing(place, manifest));
            } else if (!manifest.isBaseline() && before.last() + 1 != manifest.window()) {
                problem(place, "follows window " + before.last() + ", with windows left out");
            }
        } else if (last != null) {
            // The one before is there and unreadable: that was said.
            table = new Buckets();
        } else if (manifest.previous() != null && !sealed.hasBefore(place, manifest.previous())) {
            if (mayBeginLater) {
                begins.add(new Problem(
                        place.path(),
                        "the chain of " + manifest.namespace() + " begins here with window " + manifest.window()
                                + ": what was sealed before is not there"));
            } else {
                problem(place, "the manifest before it is missing: its chain begins with no other");
            }
        }
    }

    private String missing(Place place, Manifest manifest) {
        long between = manifest.window() - before.last() - 1;
        if (between <= 0 || manifest.isBaseline()) {
            return "";
        }
        return between == 1
                ? ": that of window " + (place.window() - 1) + " is missing"
                : ": those of windows " + (before.last() + 1) + " to " + (place.window() - 1) + " are missing";
    }

    private void numbers(Place place, Manifest manifest) {
        boolean follows = before != null && before.lastHash().equals(manifest.previous());
        boolean goesOn = last != null || manifest.previous() != null;
        if (manifest.listsAllBuckets()) {
            table = new Buckets();
            unmet.remove(place.folder());
        } else if (!follows && goesOn) {
            // What it starts from was not read: a manifest that is missing, or one of an earlier generation.
            unmet.add(place.folder());
            return;
        } else if (unmet.contains(place.folder())) {
            return;
        } else if (follows && manifest.buckets().isEmpty()) {
            if (!manifest.digest().equals(before.digest())
                    || !manifest.merkleRoot().equals(before.merkleRoot())
                    || manifest.documents() != before.documents()) {
                problem(place, "its digest differs from the one before, and it lists no bucket that changed");
            }
            return;
        }
        String disagreement = manifest.disagreement(table);
        if (disagreement != null) {
            problem(place, disagreement);
        }
    }

    /** A root that cannot be read. */
    public void unreadableRoot(Place place, String why) {
        problem(place, why);
        roots.unreadable(place);
    }

    /** The next root, once all manifests were given. */
    public void next(Place place, Root root) {
        isKeptMet |= roots.next(place, root, kept);
    }

    /** Something that is wrong with a manifest beyond the chain. */
    public void problem(Place place, String what) {
        problem(new Problem(place.path(), what));
    }

    /** Something else that was found. */
    public void problem(Problem problem) {
        problems.add(problem);
    }

    /** Whether a data file has to be hashed: only those that a manifest names. */
    public boolean isNamed(String path) {
        return named.containsKey(path);
    }

    /**
     * A data file that is there, once all manifests were seen.
     *
     * @param path below the export's folder
     * @param window the window that its name tells
     * @param sha256 in hex; not looked at unless it {@link #isNamed}
     */
    public void file(String path, long window, long bytes, String sha256) {
        DataFile file = named.remove(path);
        if (file != null) {
            check(file, bytes, sha256);
            return;
        }
        switch (sealed.stateOf(path.substring(0, path.indexOf('/')), window)) {
            case UNSEALED -> unsealed++;
            case SUPERSEDED -> superseded++;
            default -> problems.add(new Problem(
                    path, "window " + window + ": belongs to no manifest; it was added, copied or renamed"));
        }
    }

    private void check(DataFile file, long bytes, String sha256) {
        String by = " (named by " + namedBy.get(file.path()).path() + ")";
        if (bytes != file.bytes()) {
            problems.add(new Problem(file.path(), "has " + bytes + " bytes instead of " + file.bytes() + by));
        } else if (!sha256.equals(file.sha256())) {
            problems.add(new Problem(file.path(), "was changed: its SHA-256 is another" + by));
        }
    }

    /** What was found, once everything was given. */
    public Result finish() {
        named.forEach((path, file) -> problems.add(new Problem(
                path, "is missing: " + namedBy.get(path).path() + " names it, with " + file.rows() + " changes")));
        named.clear();
        roots.finish();
        if (kept != null && !isKeptMet) {
            problems.add(new Problem(
                    "manifests", "none has the hash " + kept + ": the chain's end was cut off or replaced"));
        }
        return new Result(manifests, unsealed, superseded, List.copyOf(begins), List.copyOf(problems));
    }

    /**
     * The outcome.
     *
     * @param manifests how many windows they seal
     * @param unsealed data files of windows that are not sealed yet
     * @param superseded data files that are in no manifest of an export with several generations: a rollback leaves such
     * @param begins of a store: where it begins behind the beginning of the export
     */
    public record Result(int manifests, int unsealed, int superseded, List<Problem> begins, List<Problem> problems) {}
}
