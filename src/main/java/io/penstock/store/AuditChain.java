/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Checks a job's audit log, entry by entry in the order in which they are found.
 *
 * <p><b>What is found.</b> An entry holds the hash of the one before it, and its own. Whoever changes an entry has to compute its hash
 * anew, then the next entry names another; so all later ones have to be made anew, down to the last. Left out, doubled, put in or moved: an
 * entry does not follow the one before. What the chain alone cannot tell is whether its end was cut off, or made anew: for the former there is
 * the job's record, whose every version the log has ({@link #RECORD}); for the latter, a hash that was noted elsewhere ({@link #has}).
 *
 * <p>Used by one thread.
 */
public final class AuditChain {
    /** The detail that holds the version of the job's record that an action has made. */
    public static final String RECORD = "record";

    private static final int MANY = 100;

    private final String job;
    private final List<String> problems = new ArrayList<>();
    private final Set<String> hashes = new HashSet<>();
    private AuditEntry last;
    private final SortedSet<Long> unnoted = new TreeSet<>();
    private OptionalLong record = OptionalLong.empty();
    private long entries;

    public AuditChain(String job) {
        this.job = job;
    }

    /** The next entry that is there. */
    public void add(AuditEntry entry) {
        entries++;
        if (!entry.isWhole()) {
            problem(entry, "was changed: it does not have the hash that it names");
        }
        if (!entry.job().equals(job)) {
            problem(entry, "is of the job " + entry.job());
        }
        follows(entry);
        recordOf(entry);
        hashes.add(entry.hash());
        last = entry;
    }

    private void follows(AuditEntry entry) {
        long expected = last == null ? 1 : last.seq() + 1;
        Optional<String> before = Optional.ofNullable(last).map(AuditEntry::hash);
        if (entry.seq() > expected) {
            problem(entry, "is the next after " + (expected - 1) + ": those in between are missing");
        } else if (entry.seq() < expected) {
            problem(entry, "stands behind " + (expected - 1) + ": it is doubled, or was moved");
        } else if (!entry.previous().equals(before)) {
            problem(entry, "does not name the hash of the entry before: one of them was put in or changed");
        }
    }

    /** Whoever enters a version may be overtaken by who enters the next: what counts is which are there in the end. */
    private void recordOf(AuditEntry entry) {
        String noted = entry.event().details().get(RECORD);
        if (noted == null || !noted.matches("\\d{1,18}")) {
            return;
        }
        long version = Long.parseLong(noted);
        if (record.isPresent()) {
            upTo(version - 1);
        }
        unnoted.remove(version);
        record = OptionalLong.of(Math.max(version, record.orElse(0)));
    }

    /**
     * Compares with the job's record, which must have been read before the entries.
     *
     * @param version of the record as it is
     */
    public void compareWithRecord(long version) {
        upTo(version);
        record = OptionalLong.of(Math.max(version, record.orElse(0)));
    }

    private void upTo(long version) {
        for (long each = record.orElse(0) + 1; each <= version && unnoted.size() < MANY; each++) {
            unnoted.add(each);
        }
    }

    private void problem(AuditEntry entry, String what) {
        if (problems.size() < MANY) {
            problems.add("entry " + entry.seq() + " " + what);
        }
    }

    /** Whether an entry with that hash was seen; for one that was noted elsewhere. */
    public boolean has(String hash) {
        return hashes.contains(hash);
    }

    /** Of the last entry that was seen. */
    public Optional<String> lastHash() {
        return Optional.ofNullable(last).map(AuditEntry::hash);
    }

    /** How many entries were seen. */
    public long entries() {
        return entries;
    }

    /** What is wrong with the first hundred entries in which something is, in their order; empty when nothing is. */
    public List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        unnoted.forEach(
                version -> all.add("version " + version + " of the job's record has no entry: the log could not be"
                        + " written then, is being written in this moment, or entries were removed"));
        return all;
    }
}
