/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.penstock.record.DeadLetter;
import io.penstock.sink.Bytes;
import io.penstock.sink.ExtendedJson;
import io.penstock.store.LetterEntry;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock dlq show}. */
@Command(
        name = "show",
        header = "Show one dead letter.",
        description = "All that is known of a letter: what the target said, and where its change comes from.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock dlq show jobs/orders.yaml 3fa92c --document",
            "  penstock dlq show jobs/orders.yaml 3fa92c --raw > order.bson"
        })
final class DlqShowCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "JOB", description = "A job file.")
    private Path file;

    @Parameters(index = "1", paramLabel = "ID", description = "The letter's id, or enough of its digits.")
    private String id;

    @Option(names = "--document", description = "The document too, in canonical Extended JSON.")
    private boolean withDocument;

    @Option(names = "--raw", description = "The document's BSON, byte for byte, and nothing else.")
    private boolean raw;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** For programs. */
    private record Shown(
            @JsonUnwrapped LetterEntry letter,
            @JsonRawValue @JsonInclude(JsonInclude.Include.NON_NULL) String document) {}

    @Override
    public Integer call() throws Exception {
        if (raw && (json || withDocument)) {
            throw Failure.usage("--raw prints the document's bytes alone, without --json or --document");
        }
        LetterEntry letter;
        byte[] document = null;
        try (JobLetters job = JobLetters.open(file)) {
            letter = LetterChoice.one(job.store(), id);
            if (raw || withDocument) {
                DeadLetter whole = job.store()
                        .read(letter.id())
                        .orElseThrow(() -> Failure.failed("the dead letter " + id + " was removed just now"));
                document = whole.change().document();
            }
        }
        if (raw) {
            writeRaw(document);
        } else {
            print(letter, document);
        }
        return 0;
    }

    private void writeRaw(byte[] document) {
        if (document == null) {
            throw Failure.failed("the letter " + id + " is of a delete, which has no document");
        }
        System.out.write(document, 0, document.length);
        System.out.flush();
    }

    private void print(LetterEntry letter, byte[] document) {
        PrintWriter out = spec.commandLine().getOut();
        String extended = document == null ? null : canonical(document);
        if (json) {
            out.println(Json.of(new Shown(letter, extended)));
        } else {
            lines(letter, out);
            if (withDocument) {
                out.println(extended == null ? "none: it is a delete" : extended);
            }
        }
        out.flush();
    }

    private static void lines(LetterEntry letter, PrintWriter out) {
        line(out, "letter", letter.id());
        line(
                out,
                "state",
                LetterTable.word(letter.state()) + " since " + letter.changed() + ", refused "
                        + (letter.attempts() == 1 ? "once" : letter.attempts() + " times") + ", last at "
                        + letter.refused());
        line(out, "sink", letter.sink());
        line(
                out,
                "reason",
                LetterTable.word(letter.reason()) + (letter.code() == null ? "" : ", code " + letter.code()));
        line(out, "the target", letter.message() == null ? "said nothing" : letter.message());
        line(out, "document", letter.ns() + " " + letter.key());
        line(
                out,
                "change",
                letter.op() + ", version " + letter.version() + ", revision " + letter.revision() + ", at "
                        + letter.ts());
        line(out, "bytes", Long.toString(letter.documentBytes()));
        line(out, "row hash", letter.rowHash() == null ? "-" : letter.rowHash());
        line(
                out,
                "lineage",
                "epoch " + letter.epoch() + ", window " + letter.window() + ", export version " + letter.exportVersion()
                        + (letter.shape() == null ? "" : ", shape " + letter.shape()));
    }

    private static void line(PrintWriter out, String name, String value) {
        out.printf("%-10s  %s%n", name, LetterTable.plain(value));
    }

    private static String canonical(byte[] document) {
        Bytes text = new Bytes();
        ExtendedJson.canonical(document, 0, text);
        return new String(text.toByteArray(), StandardCharsets.UTF_8);
    }
}
