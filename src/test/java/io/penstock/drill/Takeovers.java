/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import io.penstock.record.CanonicalJson;
import io.penstock.store.AuditChain;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What {@link LeaseClient}s were told by the store, compared with what the store has.
 *
 * @param takeovers that were forced, each by another client than the one that ran
 * @param late attempts to take over or start in a moment when another was faster
 * @param sealed windows
 * @param refused writes of lives that had been taken over
 * @param entries of the audit log
 * @param problems what was lost, doubled, forked or written without the right; empty when nothing was
 */
record Takeovers(int takeovers, int late, int sealed, int refused, long entries, List<String> problems) {

    /** Reads all logs in a folder, and the store. */
    static Takeovers read(String uri, Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".log")).toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        List<String> problems = new ArrayList<>();
        lines.stream().filter(line -> line.startsWith("violation")).forEach(problems::add);
        int takeovers = tokens(lines, problems);
        try (MetadataStore store = LeaseClient.store(uri)) {
            int sealed = chain(lines, store.manifests().of(1, LeaseClient.NAMESPACE.toString()), problems);
            AuditChain audit = new AuditChain(LeaseClient.JOB);
            store.audit().read(audit::add);
            audit.compareWithRecord(store.records().read().orElseThrow().version());
            problems.addAll(audit.problems());
            return new Takeovers(
                    takeovers, count(lines, "late"), sealed, count(lines, "refused"), audit.entries(), problems);
        }
    }

    private static int count(List<String> lines, String what) {
        return (int) lines.stream().filter(line -> line.startsWith(what)).count();
    }

    /** Each version of the record was written by one client, and the tokens grow with them. */
    private static int tokens(List<String> lines, List<String> problems) {
        TreeMap<Long, Long> tokens = new TreeMap<>();
        int takeovers = 0;
        for (String line : lines) {
            String[] word = line.split(" ");
            if (word[0].equals("record")) {
                if (tokens.put(Long.valueOf(word[1]), Long.valueOf(word[2])) != null) {
                    problems.add("version " + word[1] + " of the record was written twice");
                }
                takeovers += word[3].equals("PAUSED") ? 1 : 0;
            }
        }
        long expected = 1;
        for (Map.Entry<Long, Long> token : tokens.entrySet()) {
            if (token.getKey() != expected || token.getValue() != expected) {
                problems.add("version " + token.getKey() + " of the record has token " + token.getValue()
                        + ", where both were to be " + expected);
            }
            expected = token.getKey() + 1;
        }
        return takeovers;
    }

    /** What was acknowledged is there, and nothing else; each follows the one before, by a life that came no earlier. */
    private static int chain(List<String> lines, List<SealedManifest> there, List<String> problems) throws IOException {
        Map<Long, String> acknowledged = new HashMap<>();
        for (String line : lines) {
            String[] word = line.split(" ");
            if (word[0].equals("sealed") && acknowledged.put(Long.valueOf(word[1]), word[2]) != null) {
                problems.add("window " + word[1] + " was sealed twice");
            }
        }
        String previous = "null";
        long token = 0;
        for (int i = 0; i < there.size(); i++) {
            SealedManifest manifest = there.get(i);
            var json = CanonicalJson.MAPPER.readTree(manifest.json());
            if (manifest.window() != i || !json.path("previous").asText().equals(previous)) {
                problems.add("window " + manifest.window() + " does not follow the one before");
            }
            if (json.path("token").asLong() < token) {
                problems.add("window " + manifest.window() + " was sealed by a life that had been taken over");
            }
            previous = LeaseClient.hash(manifest);
            token = json.path("token").asLong();
            if (!previous.equals(acknowledged.remove(manifest.window()))) {
                problems.add("window " + manifest.window() + " is not what was acknowledged");
            }
        }
        acknowledged.keySet().forEach(window -> problems.add("window " + window + " was acknowledged, and is lost"));
        return there.size();
    }

    boolean good() {
        return problems.isEmpty();
    }

    @Override
    public String toString() {
        return String.format(
                        Locale.ROOT,
                        "%d take-overs, %d times too late; %d windows sealed, %d writes of lives that were taken over refused;"
                                + " %d audit entries, %d problems",
                        takeovers,
                        late,
                        sealed,
                        refused,
                        entries,
                        problems.size())
                + (problems.isEmpty() ? "" : ": " + problems.subList(0, Math.min(5, problems.size())));
    }
}
