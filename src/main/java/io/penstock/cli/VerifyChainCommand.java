/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.sink.files.ExportReader;
import io.penstock.sink.files.Manifests;
import io.penstock.sink.files.Manifests.Content;
import io.penstock.sink.files.Manifests.Found;
import io.penstock.sink.files.Receipts;
import io.penstock.window.ChainCheck;
import io.penstock.window.ChainCheck.Place;
import io.penstock.window.ChainCheck.Problem;
import io.penstock.window.ChainCheck.Result;
import io.penstock.window.Manifest;
import io.penstock.window.Receipt;
import io.penstock.window.ReceiptCheck;
import io.penstock.window.Root;
import io.penstock.window.Signer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.flink.core.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code penstock windows verify-chain}. */
@Command(
        name = "verify-chain",
        header = "Check that an export is as it was sealed.",
        description =
                "Reads every manifest and every file: a changed byte, a manifest or file that is missing, that is there"
                        + " twice or in another place is found and named. Reads nothing but the folder. Not found is the end of all"
                        + " chains cut off together with their roots and files: keep the last root's hash, which is printed, and give it"
                        + " with --kept.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the export is as it was sealed", "1:it is not, or cannot be read"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock windows verify-chain jobs/cities.yaml",
            "  penstock windows verify-chain --json s3://bucket/cities",
        })
final class VerifyChainCommand implements Callable<Integer> {
    @Mixin
    private ExportFolder folder;

    @Option(
            names = "--public-key",
            paramLabel = "FILE",
            description =
                    "Every manifest has to be signed with the private key of this public one: PEM, as 'openssl pkey -pubout'"
                            + " writes it.")
    private java.nio.file.Path publicKey;

    @Option(
            names = "--kept",
            paramLabel = "HASH",
            description =
                    "The hash of a manifest or root that you kept: it has to be there still, so nothing up to it was cut off.")
    private String kept;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** What is printed with {@code --json}. */
    record Report(
            String path,
            int manifests,
            int files,
            long bytes,
            int unsealedFiles,
            int supersededFiles,
            SortedSet<String> publicKeys,
            Map<String, String> lastManifests,
            Map<Integer, String> lastRoots,
            List<Problem> problems) {}

    @Override
    public Integer call() throws Exception {
        Report report = check(folder.path(), publicKey == null ? null : key(publicKey));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(report));
        } else {
            print(report, out);
        }
        return report.problems().isEmpty() ? 0 : Failure.FAILED;
    }

    private static String key(java.nio.file.Path file) {
        try {
            return Signer.publicKey(Files.readString(file));
        } catch (IOException e) {
            throw Failure.usage("cannot read " + file + ": " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw Failure.usage(file + ": " + e.getMessage());
        }
    }

    /**
     * Reads against the order of writing, which is files, manifests, roots: whatever a job that is running adds meanwhile is not named by
     * what was read before it.
     */
    private Report check(String path, String expectedKey) throws IOException {
        List<ReadRoot> roots = Manifests.roots(path).stream().map(ReadRoot::of).toList();
        List<Found> found = folder.manifests(path);
        // Reading and hashing go side by side; what is checked stays in order.
        List<Read> read = found.parallelStream().map(Read::of).toList();
        List<Path> files = ExportReader.files(path);
        ChainCheck check = new ChainCheck(
                sink(read.stream().map(Read::manifest).filter(Objects::nonNull).toList(), files), kept);
        SortedSet<String> keys = new TreeSet<>();
        Map<String, String> lastManifests = new LinkedHashMap<>();
        for (Read next : read) {
            Found at = next.found();
            Place place = place(at);
            Manifest manifest = next.manifest();
            if (manifest == null) {
                check.unreadable(place, next.unreadable());
            } else {
                check.next(place, manifest);
                signature(check, place, manifest.publicKey(), expectedKey);
                keys.add(manifest.publicKey() == null ? "unsigned" : manifest.publicKey());
                lastManifests.put(manifest.namespace() + ", generation " + manifest.generation(), manifest.lastHash());
            }
        }
        Map<Integer, String> lastRoots = new LinkedHashMap<>();
        for (ReadRoot next : roots) {
            Place place = place(next.found());
            Root root = next.root();
            if (root == null) {
                check.unreadableRoot(place, next.unreadable());
            } else {
                check.next(place, root);
                signature(check, place, root.publicKey(), expectedKey);
                lastRoots.put(root.generation(), root.lastHash());
            }
        }
        List<Hashed> hashed =
                files.parallelStream().map(file -> Hashed.of(file, check)).toList();
        hashed.forEach(file -> check.file(file.path(), file.window(), file.bytes(), file.sha256()));
        receipts(check, read, expectedKey);
        Result result = check.finish();
        return new Report(
                path,
                result.manifests(),
                files.size(),
                hashed.stream().mapToLong(Hashed::bytes).sum(),
                result.unsealed(),
                result.superseded(),
                keys,
                lastManifests,
                lastRoots,
                result.problems());
    }

    private static void receipts(ChainCheck chain, List<Read> read, String expectedKey) throws IOException {
        ReceiptCheck check = new ReceiptCheck();
        read.stream()
                .filter(each -> each.manifest() != null)
                .forEach(each -> check.manifest(place(each.found()), each.manifest()));
        for (Receipts.Of of : Receipts.beside(read.stream().map(Read::found).toList())) {
            Found at = of.manifest();
            Place place = new Place(
                    at.generation(),
                    at.namespaceFolder(),
                    at.window(),
                    at.last(),
                    ExportFolder.receiptBelow(at, at.path()));
            try {
                Receipt receipt = Receipt.read(ExportFolder.bytes(at.path()));
                check.receipt(place, of.sink(), receipt);
                signature(chain, place, receipt.publicKey(), expectedKey);
            } catch (IOException e) {
                check.unreadable(place, of.sink(), e.getMessage());
            }
        }
        check.finish().forEach(chain::problem);
    }

    private static Place place(Found found) {
        return new Place(
                found.generation(), found.namespaceFolder(), found.window(), found.last(), ExportFolder.below(found));
    }

    private static void signature(ChainCheck check, Place place, String publicKey, String expected) {
        if (expected != null && !expected.equals(publicKey)) {
            check.problem(place, publicKey == null ? "is not signed" : "is signed with another key");
        }
    }

    /** The sink whose folder it is: the one that was named, else the one whose files lie here. */
    private String sink(Iterable<Manifest> manifests, List<Path> files) {
        if (folder.sink() != null) {
            return folder.sink();
        }
        SortedSet<String> there = new TreeSet<>();
        files.forEach(file -> there.add(ExportFolder.below(file)));
        SortedSet<String> all = new TreeSet<>();
        SortedSet<String> here = new TreeSet<>();
        manifests.forEach(manifest -> manifest.files().forEach(file -> {
            all.add(file.sink());
            if (there.contains(file.path())) {
                here.add(file.sink());
            }
        }));
        SortedSet<String> candidates = all.size() == 1 ? all : here;
        if (candidates.size() > 1 || (candidates.isEmpty() && !all.isEmpty())) {
            throw Failure.usage("which sink's folder is it? --sink " + String.join("|", all));
        }
        return candidates.isEmpty() ? "" : candidates.first();
    }

    /** A manifest, or why it is none. */
    private record Read(Found found, Manifest manifest, String unreadable) {
        static Read of(Found found) {
            try {
                Content content = Manifests.read(found);
                return new Read(content.found(), Manifest.read(content.bytes()), null);
            } catch (IOException e) {
                return new Read(found, null, e.getMessage());
            }
        }
    }

    /** A root, or why it is none. */
    private record ReadRoot(Found found, Root root, String unreadable) {
        static ReadRoot of(Found found) {
            try {
                Content content = Manifests.read(found);
                return new ReadRoot(content.found(), Root.read(content.bytes()), null);
            } catch (IOException e) {
                return new ReadRoot(found, null, e.getMessage());
            }
        }
    }

    /** A data file; one that no manifest names is not hashed. */
    private record Hashed(String path, long window, long bytes, String sha256) {
        static Hashed of(Path file, ChainCheck check) {
            String path = ExportFolder.below(file);
            try {
                long bytes = file.getFileSystem().getFileStatus(file).getLen();
                return new Hashed(path, ExportReader.window(file), bytes, check.isNamed(path) ? FileHash.of(file) : "");
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
            }
        }
    }

    private static void print(Report report, PrintWriter out) {
        report.problems().forEach(problem -> out.println(problem.where() + ": " + problem.what()));
        List<String> rest = new ArrayList<>();
        if (report.unsealedFiles() > 0) {
            rest.add(report.unsealedFiles() + " of windows that are not sealed yet");
        }
        if (report.supersededFiles() > 0) {
            rest.add(report.supersededFiles() + " in no manifest, as a rollback or a new beginning leaves them");
        }
        out.printf(
                "%s: %,d manifests, %,d files, %,d bytes%s%n",
                report.path(),
                report.manifests(),
                report.files(),
                report.bytes(),
                rest.isEmpty() ? "" : " (" + String.join("; ", rest) + ")");
        report.lastManifests().forEach((chain, hash) -> out.println("  " + chain + ": the last manifest is " + hash));
        report.lastRoots()
                .forEach(
                        (generation, hash) -> out.println("  generation " + generation + ": the last root is " + hash));
        report.publicKeys().forEach(key -> out.println("  signed by: " + key));
        out.println(
                report.problems().isEmpty()
                        ? "as it was sealed"
                        : report.problems().size() + " problems: NOT as it was sealed");
        out.flush();
    }
}
