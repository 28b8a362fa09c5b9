/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cli.SealedHistory.Read;
import io.penstock.sink.files.ExportReader;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
                        + " twice or in another place is found and named. Reads nothing but the folder; with --store, or of a job"
                        + " without a files sink, the metadata store, and then no files. Not found is the end of all"
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
    private ExportTarget target;

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

    /** The only sink that manifests name, when none of its files are here: they were removed, or it is another sink's folder. */
    private String guessed;

    /** What is printed with {@code --json}. */
    record Report(
            String path,
            int manifests,
            int roots,
            int receipts,
            boolean filesChecked,
            int files,
            long bytes,
            int unsealedFiles,
            int supersededFiles,
            SortedSet<String> publicKeys,
            Map<String, String> lastManifests,
            Map<Integer, String> lastRoots,
            List<Problem> begins,
            List<Problem> problems) {}

    @Override
    public Integer call() throws Exception {
        String key = publicKey == null ? null : key(publicKey);
        Report report;
        try (SealedHistory history = target.open()) {
            report = check(history, key);
        }
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
     * Reads against the order of writing, which is files, manifests, receipts, roots: whatever a job that is running adds meanwhile is not named by
     * what was read before it.
     */
    private Report check(SealedHistory history, String expectedKey) throws IOException {
        Sealed sealed = Sealed.read(history);
        List<Read<Root>> roots = sealed.roots();
        List<Read<Receipt>> receipts = sealed.receipts();
        List<Read<Manifest>> read = sealed.manifests();
        boolean isStore = target.isStore();
        List<Path> files = isStore ? List.of() : ExportReader.files(history.name());
        ChainCheck check = isStore ? ChainCheck.ofStore(kept) : new ChainCheck(sink(manifests(read), files), kept);
        Signatures signatures = new Signatures(expectedKey, isStore, check);
        Map<String, String> lastManifests = new LinkedHashMap<>();
        for (Read<Manifest> next : read) {
            Manifest manifest = next.value();
            if (manifest == null) {
                check.unreadable(next.place(), next.unreadable());
            } else {
                check.next(next.place(), manifest);
                signatures.manifest(next.place(), manifest);
                lastManifests.put(manifest.namespace() + ", generation " + manifest.generation(), manifest.lastHash());
            }
        }
        Map<Integer, String> lastRoots = new LinkedHashMap<>();
        for (Read<Root> next : roots) {
            Root root = next.value();
            if (root == null) {
                check.unreadableRoot(next.place(), next.unreadable());
            } else {
                check.next(next.place(), root);
                signatures.root(next.place(), root);
                lastRoots.put(root.generation(), root.lastHash());
            }
        }
        List<Hashed> hashed =
                files.parallelStream().map(file -> Hashed.of(file, check)).toList();
        hashed.forEach(file -> check.file(file.path(), file.window(), file.bytes(), file.sha256()));
        int checked = receipts(check, signatures, read, receiptsToCheck(receipts, read));
        SortedSet<String> keys = signatures.finish();
        Result result = check.finish();
        return new Report(
                history.name(),
                result.manifests(),
                roots.size(),
                checked,
                !isStore,
                files.size(),
                hashed.stream().mapToLong(Hashed::bytes).sum(),
                result.unsealed(),
                result.superseded(),
                keys,
                lastManifests,
                lastRoots,
                result.begins(),
                result.problems());
    }

    private static List<Manifest> manifests(List<Read<Manifest>> read) {
        return read.stream().map(Read::value).filter(Objects::nonNull).toList();
    }

    /** In a store a receipt may outlive its manifest, by as much as the server takes to remove what has expired. */
    private List<Read<Receipt>> receiptsToCheck(List<Read<Receipt>> all, List<Read<Manifest>> manifests) {
        if (!target.isStore()) {
            return all;
        }
        Map<String, Long> firsts = new HashMap<>();
        manifests.forEach(read -> firsts.merge(chain(read.place()), read.place().window(), Math::min));
        return all.stream()
                .filter(read -> read.place().window() >= firsts.getOrDefault(chain(read.place()), Long.MIN_VALUE))
                .toList();
    }

    private static String chain(Place place) {
        return place.generation() + "/" + place.folder();
    }

    private static int receipts(
            ChainCheck chain, Signatures signatures, List<Read<Manifest>> read, List<Read<Receipt>> receipts) {
        ReceiptCheck check = new ReceiptCheck();
        read.stream().filter(each -> each.value() != null).forEach(each -> check.manifest(each.place(), each.value()));
        for (Read<Receipt> next : receipts) {
            if (next.value() == null) {
                check.unreadable(next.place(), next.sink(), next.unreadable());
            } else {
                check.receipt(next.place(), next.sink(), next.value());
                signatures.other(next.place(), next.value().publicKey());
            }
        }
        check.finish().forEach(chain::problem);
        return receipts.size();
    }

    /** The sink whose folder it is: the one that was named, else the one whose files lie here. */
    private String sink(Iterable<Manifest> manifests, List<Path> files) {
        if (target.folder().sink() != null) {
            return target.folder().sink();
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
        if (all.size() == 1 && here.isEmpty()) {
            guessed = all.first();
        }
        SortedSet<String> candidates = all.size() == 1 ? all : here;
        if (candidates.size() > 1 || (candidates.isEmpty() && !all.isEmpty())) {
            throw Failure.usage("which sink's folder is it? --sink " + String.join("|", all));
        }
        return candidates.isEmpty() ? "" : candidates.first();
    }

    /** What was read, before the files. */
    private record Sealed(List<Read<Root>> roots, List<Read<Receipt>> receipts, List<Read<Manifest>> manifests) {
        private static final int BEGINNINGS = 3;

        /** Again where a generation has no root: its first manifests, with that, may have come in between. */
        static Sealed read(SealedHistory history) throws IOException {
            Sealed sealed = once(history);
            for (int again = 1; again < BEGINNINGS && !sealed.hasRootsOfAllGenerations(); again++) {
                sealed = once(history);
            }
            return sealed;
        }

        private static Sealed once(SealedHistory history) throws IOException {
            List<Read<Root>> roots = history.roots(Root::read);
            List<Read<Receipt>> receipts = history.receipts(Receipt::read);
            return new Sealed(roots, receipts, history.manifests(Manifest::read));
        }

        private boolean hasRootsOfAllGenerations() {
            return generations(roots).containsAll(generations(manifests));
        }

        private static <T> Set<Integer> generations(List<Read<T>> read) {
            return read.stream().map(each -> each.place().generation()).collect(Collectors.toSet());
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

    private void print(Report report, PrintWriter out) {
        report.problems().forEach(problem -> out.println(problem.where() + ": " + problem.what()));
        if (guessed != null) {
            out.println("manifests name files of the sink " + guessed
                    + " only, and none of them is here: if this is another sink's folder, say which with --sink NAME");
        }
        List<String> rest = new ArrayList<>();
        if (report.unsealedFiles() > 0) {
            rest.add(report.unsealedFiles() + " of windows that are not sealed yet");
        }
        if (report.supersededFiles() > 0) {
            rest.add(report.supersededFiles() + " in no manifest, as a rollback or a new beginning leaves them");
        }
        if (report.filesChecked()) {
            out.printf(
                    "%s: %,d manifests, %,d files, %,d bytes%s%n",
                    report.path(),
                    report.manifests(),
                    report.files(),
                    report.bytes(),
                    rest.isEmpty() ? "" : " (" + String.join("; ", rest) + ")");
        } else {
            out.printf(
                    "%s: %,d manifests, %,d roots, %,d receipts; files were not checked%n",
                    report.path(), report.manifests(), report.roots(), report.receipts());
        }
        report.begins().forEach(begin -> out.println("  " + begin.where() + ": " + begin.what()));
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
