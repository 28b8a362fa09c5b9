/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.ClusterException;
import io.penstock.spec.SpecException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.flink.util.SerializedThrowable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns an exception into one clear line for a person, and into an exit code. */
final class Failures {
    /** User name and password of a connection string; a driver's message may quote it. */
    private static final Pattern CREDENTIALS = Pattern.compile("(?i)(mongodb(?:\\+srv)?://)[^@/\\s]+@");

    /** Options of a connection string that hold a secret: a proxy's password, a session's token. */
    private static final Pattern SECRET_OPTIONS =
            Pattern.compile("(?i)([?&](?:\\w*password|authMechanismProperties)=)[^&\\s]*");

    private static final String OURS = "io.penstock.";

    /** Words from which on a message explains something; the deepest cause often is no more than a name or a number. */
    private static final int A_SENTENCE = 4;

    private Failures() {}

    /** picocli's handler of what a command throws: prints one line to the error output, the rest with --verbose. */
    static int report(Exception failure, CommandLine command, ParseResult arguments) {
        if (failure instanceof SpecException invalid) {
            invalid.problems().forEach(problem -> command.getErr().println(problem));
            return Failure.USAGE;
        }
        command.getErr().println(command.getColorScheme().errorText("penstock: " + line(failure)));
        if (((Main) command.getCommandSpec().root().userObject()).verbose()) {
            command.getErr().println(redacted(trace(failure)));
        }
        command.getErr().flush();
        return failure instanceof Failure known ? known.exitCode() : Failure.FAILED;
    }

    /** picocli's handler of a command line that makes no sense: what is wrong, what was probably meant, where to read on. */
    static int misused(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText("penstock: " + wrong.getMessage()));
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.print(command.getHelp().fullSynopsis());
        if (!command.getSubcommands().isEmpty()) {
            err.println(
                    "Commands: " + String.join(", ", command.getSubcommands().keySet()));
        }
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return Failure.USAGE;
    }

    /**
     * The sentence that says most: a Failure's own, else that of the deepest exception of this project, which says what to do,
     * else that of the deepest cause whose message explains something.
     */
    static String line(Throwable failure) {
        if (failure instanceof Failure || failure instanceof ClusterException) {
            return redacted(DriverMessage.brief(failure.getMessage()));
        }
        Throwable said = failure;
        Throwable ours = null;
        for (Throwable cause : ExceptionUtils.getThrowableList(failure)) {
            ours = kind(cause).startsWith(OURS) && words(cause) >= A_SENTENCE ? cause : ours;
            if (words(cause) > words(said) || words(cause) >= A_SENTENCE) {
                said = cause;
            }
        }
        said = ours != null ? ours : said;
        String message = said.getMessage() == null ? "" : firstLine(said.getMessage());
        String kind = kind(said);
        String simple = kind.substring(kind.lastIndexOf('.') + 1);
        // A serialized exception's message begins with the name of its class; say it once.
        String plain = message.startsWith(kind + ": ") ? message.substring(kind.length() + 2) : message;
        return redacted(plain.isEmpty() ? simple : DriverMessage.brief(plain) + " (" + simple + ")");
    }

    private static String kind(Throwable failure) {
        return failure instanceof SerializedThrowable known
                ? known.getOriginalErrorClassName()
                : failure.getClass().getName();
    }

    /** A text without the user names and passwords of connection strings, and without the options that hold secrets. */
    static String redacted(String text) {
        return text == null
                ? null
                : SECRET_OPTIONS
                        .matcher(CREDENTIALS.matcher(text).replaceAll("$1***@"))
                        .replaceAll("$1***");
    }

    private static int words(Throwable cause) {
        return cause.getMessage() == null ? 0 : cause.getMessage().strip().split("\\s+").length;
    }

    private static String firstLine(String text) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("")
                .strip();
    }

    private static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
