/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cli.Lineage.Delivered;
import io.penstock.cli.Lineage.Exported;
import io.penstock.cli.Lineage.Sealed;
import io.penstock.cli.Lineage.Stored;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import io.penstock.sink.files.ExportReader;
import io.penstock.sink.files.Manifests;
import io.penstock.sink.files.Manifests.Found;
import io.penstock.sink.files.Receipts;
import io.penstock.window.Manifest;
import io.penstock.window.Manifest.DataFile;
import io.penstock.window.Receipt;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.core.fs.Path;

/**
 * Finds a document's versions in an export. Manifests are read first, and of the files only those that can hold what is asked for.
 *
 * <p>A manifest names the files of its window, and those of windows before it that have no manifest (a baseline does). So what has a
 * cluster time T is in the first manifest of its chain that ends behind T; a later generation may have it once more.
 */
final class Trace {
    private final String root;
    private final String sink;
    private final Namespace namespace;
    private final Key key;
    private final Version version;
    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());

    /**
     * @param sink whose folder it is; null when that is not known
     * @param version null for all
     */
    Trace(String root, String sink, Namespace namespace, Key key, Version version) {
        this.root = root;
        this.sink = sink;
        this.namespace = namespace;
        this.key = key;
        this.version = version;
    }

    /** A file to be read; of one that no manifest names only the path is known. */
    private record Candidate(String path, DataFile file, Found manifest, Sealed sealed) {}

    /** Reads the export. */
    Lineage run() throws IOException {
        SortedMap<Integer, List<Found>> chains = new TreeMap<>();
        for (Found found : Manifests.find(root, namespace)) {
            chains.computeIfAbsent(found.generation(), any -> new ArrayList<>()).add(found);
        }
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        // What is behind the last manifest of the last chain is in files that none names yet.
        long sealedUntil = Long.MIN_VALUE;
        for (List<Found> chain : chains.values()) {
            List<Found> asked = asked(chain);
            sealedUntil = version != null && !asked.isEmpty() ? Long.MAX_VALUE : lastWindow(chain);
            for (Found found : asked) {
                Manifest manifest = ExportFolder.read(found);
                Sealed sealed = Sealed.of(manifest, ExportFolder.below(found));
                ofSink(manifest.files())
                        .forEach(file -> candidates.put(file.path(), new Candidate(file.path(), file, found, sealed)));
            }
        }
        for (Path file : ExportReader.files(root, namespace)) {
            if (version == null || ExportReader.window(file) > sealedUntil) {
                String path = ExportFolder.below(file);
                candidates.putIfAbsent(path, new Candidate(path, null, null, null));
            }
        }
        // Files are read side by side.
        List<Exported> versions = List.copyOf(candidates.values()).parallelStream()
                .flatMap(this::read)
                .sorted(Comparator.comparing(Exported::version).thenComparing(Exported::revision))
                .toList();
        problems.sort(null);
        return new Lineage(
                root, namespace.toString(), key.toString(), versions, candidates.size(), List.copyOf(problems));
    }

    private static long lastWindow(List<Found> chain) {
        return chain.get(chain.size() - 1).last();
    }

    private List<DataFile> ofSink(Collection<DataFile> files) {
        List<String> sinks = files.stream().map(DataFile::sink).distinct().toList();
        if (sink == null && sinks.size() > 1) {
            throw Failure.usage("which sink's folder is it? --sink " + String.join("|", sinks));
        }
        return files.stream()
                .filter(file -> sink == null || file.sink().equals(sink))
                .toList();
    }

    /** The manifests of a chain that can name what is asked for. */
    private List<Found> asked(List<Found> chain) throws IOException {
        if (version == null) {
            return chain;
        }
        int from = 0;
        int to = chain.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (endsBehind(ExportFolder.read(chain.get(middle)))) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from < chain.size() ? List.of(chain.get(from)) : List.of();
    }

    /** A snapshot's manifest is the only one, and names all files. */
    private boolean endsBehind(Manifest manifest) {
        return manifest.kind().equals("snapshot")
                || Instant.parse(manifest.until()).toEpochMilli() > version.timestamp();
    }

    private Stream<Exported> read(Candidate candidate) {
        record Hit(long number, ChangeRecord change) {}
        List<Hit> hits = new ArrayList<>();
        String sealedAs = candidate.file() == null ? null : candidate.file().sha256();
        String hash = null;
        try {
            Path file = new Path(root, candidate.path());
            hash = FileHash.of(file);
            if (sealedAs != null && !hash.equals(sealedAs)) {
                problems.add(candidate.path() + " was changed: its SHA-256 is " + hash + ", in "
                        + candidate.sealed().manifest() + " it is " + sealedAs);
            }
            ExportReader.find(file, key, (number, change) -> {
                if (change.namespace().equals(namespace)
                        && (version == null || change.version().equals(version))) {
                    hits.add(new Hit(number, change));
                }
            });
        } catch (FileNotFoundException e) {
            problems.add(candidate.path() + " is missing"
                    + (candidate.sealed() == null
                            ? ""
                            : ": " + candidate.sealed().manifest() + " names it"));
        } catch (IOException e) {
            problems.add(candidate.path() + ": " + e.getMessage());
        }
        String sha256 = sealedAs == null ? hash : sealedAs;
        boolean asSealed = sealedAs == null || sealedAs.equals(hash);
        List<Delivered> delivered = hits.isEmpty() || candidate.manifest() == null ? List.of() : delivered(candidate);
        return hits.stream()
                .map(hit -> Exported.of(
                        hit.change(),
                        candidate.sealed(),
                        new Stored(candidate.path(), hit.number(), sha256, asSealed),
                        delivered));
    }

    private List<Delivered> delivered(Candidate candidate) {
        List<Delivered> delivered = new ArrayList<>();
        try {
            for (Path path : Receipts.of(candidate.manifest())) {
                delivered.addAll(delivered(candidate, path));
            }
        } catch (IOException e) {
            problems.add("the receipts of " + candidate.sealed().manifest() + ": " + e.getMessage());
        }
        return delivered;
    }

    private List<Delivered> delivered(Candidate candidate, Path path) {
        String below = ExportFolder.receiptBelow(candidate.manifest(), path);
        try {
            Receipt receipt = Receipt.read(ExportFolder.bytes(path));
            if (receipt.manifestHash().equals(candidate.sealed().manifestHash())) {
                return Delivered.of(receipt, below);
            }
            problems.add(below + " is of another manifest");
        } catch (IOException e) {
            problems.add(below + " " + e.getMessage());
        }
        return List.of();
    }
}
