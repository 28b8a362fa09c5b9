/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cli.Lineage.Exported;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.Version;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Callable;
import org.bson.RawBsonDocument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code penstock windows trace}. */
@Command(
        name = "trace",
        header = "Show where a document came from.",
        description =
                "Of a document's versions, or of one of them: from where in the source it was read, the window and"
                        + " manifest that seal it, and the file and line that hold it. Reads manifests, then the files that"
                        + " can hold it, and nothing else; says when one of them is not as it was sealed.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it was found, in files that are as they were sealed", "1:it was not"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock windows trace jobs/cities.yaml --ns geo.cities --key 5128581",
            "  penstock windows trace data/shop/export --ns shop.orders --key '{\"$oid\": \"65a1...\"}' --version 6553F13C00000001",
        })
final class WindowsTraceCommand implements Callable<Integer> {
    @Mixin
    private ExportFolder folder;

    @Option(
            names = {"--ns", "--namespace"},
            paramLabel = "NS",
            required = true,
            description = "The collection, as database.collection.")
    private String namespace;

    @Option(
            names = "--key",
            paramLabel = "JSON",
            required = true,
            description = "The document's _id as Extended JSON. Equal numbers are one key, whatever their type.")
    private String key;

    @Option(names = "--version", paramLabel = "TEXT", description = "This version only; without it, all of them.")
    private String version;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // Read by picocli. Its mixin has a --version of its own.
    private boolean help;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        String path = folder.path();
        Lineage lineage = new Trace(path, folder.sink(), namespace(), key(key), version()).run();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(lineage));
        } else {
            print(lineage, out);
        }
        return lineage.versions().isEmpty() || !lineage.problems().isEmpty() ? Failure.FAILED : 0;
    }

    private Namespace namespace() {
        try {
            return Namespace.parse(namespace);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--ns: " + e.getMessage());
        }
    }

    /** The key of an {@code _id} in Extended JSON. */
    static Key key(String id) {
        try {
            ByteBuffer document = RawBsonDocument.parse("{\"_id\": " + id + "}")
                    .getByteBuffer()
                    .asNIO();
            byte[] bytes = new byte[document.remaining()];
            document.get(bytes);
            return Key.of(bytes);
        } catch (RuntimeException e) {
            throw Failure.usage(
                    "--key " + id + " is no Extended JSON; a string has its own quotes: --key '\"" + id + "\"'");
        }
    }

    private Version version() {
        try {
            return version == null ? null : Version.parse(version);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--version: " + e.getMessage());
        }
    }

    private static void print(Lineage lineage, PrintWriter out) {
        lineage.problems().forEach(out::println);
        out.printf(
                "%s %s: %s, in %,d %s that %s read%n",
                lineage.namespace(),
                lineage.key(),
                count(lineage.versions().size()),
                lineage.files(),
                lineage.files() == 1 ? "file" : "files",
                lineage.files() == 1 ? "was" : "were");
        lineage.versions().forEach(exported -> print(exported, out));
        out.flush();
    }

    private static String count(int versions) {
        return versions == 0 ? "not found" : versions == 1 ? "1 version" : versions + " versions";
    }

    private static void print(Exported exported, PrintWriter out) {
        Lineage.Source source = exported.source();
        out.printf(
                "%n%s%s  %s%n",
                exported.version(),
                exported.revision() == 0 ? "" : ", revision " + exported.revision(),
                operation(exported.op()));
        out.printf(
                "  source    %s at cluster time (%d, %d), %s; epoch %d%n",
                kind(source.kind()), source.seconds(), source.increment(), source.time(), exported.epoch());
        if (source.resumeToken() != null) {
            out.printf("            resume token %s%n", source.resumeToken());
        }
        if (exported.sealed() == null) {
            out.printf("  window    %d; no manifest names the file%n", exported.window());
        } else {
            Lineage.Sealed sealed = exported.sealed();
            out.printf("  window    %d%n", exported.window());
            out.printf(
                    "  manifest  %s: %s %d, until %s, generation %d%n",
                    sealed.manifest(), sealed.kind(), sealed.window(), sealed.until(), sealed.generation());
            out.printf("            hash %s%n", sealed.manifestHash());
        }
        Lineage.Stored stored = exported.stored();
        out.printf("  file      %s, record %,d%n", stored.file(), stored.number());
        out.printf(
                "            SHA-256 %s%s%n",
                stored.sha256(),
                exported.sealed() == null ? "" : stored.asSealed() ? ", as sealed" : ": NOT what the file has now");
        print(exported.delivered(), out);
    }

    private static void print(List<Lineage.Delivered> delivered, PrintWriter out) {
        String sink = "";
        for (Lineage.Delivered range : delivered) {
            if (!range.sink().equals(sink)) {
                sink = range.sink();
                out.printf("  sink      %s, in one of these, as %s says:%n", sink, range.receipt());
            }
            out.printf(
                    "            %s-%d, offsets %d to %d (%,d of the window)%s%n",
                    range.topic(),
                    range.partition(),
                    range.first(),
                    range.last(),
                    range.rows(),
                    range.transactionalId() == null ? "" : ", transaction " + range.transactionalId());
        }
    }

    private static String operation(String op) {
        return switch (op) {
            case "r" -> "read";
            case "c" -> "created";
            case "u" -> "updated";
            default -> "deleted";
        };
    }

    private static String kind(String kind) {
        return switch (kind) {
            case "row" -> "a row of a snapshot, read";
            case "transaction" -> "an event of a transaction,";
            default -> "an event";
        };
    }
}
