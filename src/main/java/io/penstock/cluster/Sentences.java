/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.lang3.exception.ExceptionUtils;

/**
 * The one line of what Flink says that explains most. Its REST API hands on stack traces as texts, its client wraps exceptions many
 * times over.
 */
final class Sentences {
    private static final String CAUSE = "Caused by: ";
    private static final String OURS = "io.penstock.";
    private static final String CLASS = "[a-z][\\w$]*(\\.[a-z][\\w$]*)+\\.[A-Z][\\w.$]*";

    /** Words from which on a message explains something; the deepest cause often is no more than a name or a number. */
    private static final int A_SENTENCE = 4;

    private Sentences() {}

    /** Of a stack trace: the deepest message of this project, which says what to do; else the deepest that explains something. */
    static String ofTrace(String trace) {
        List<String> messages = messages(trace);
        String said = messages.isEmpty() ? "an error without a message" : messages.get(0);
        String ours = null;
        for (String message : messages) {
            if (withoutClass(message).split("\\s+").length >= A_SENTENCE) {
                said = message;
                ours = message.startsWith(OURS) ? message : ours;
            }
        }
        return withoutClass(ours != null ? ours : said);
    }

    /** Of an exception of Flink's client. */
    static String of(Throwable failure) {
        StringBuilder trace = new StringBuilder();
        for (Throwable each : ExceptionUtils.getThrowableList(failure)) {
            trace.append(trace.isEmpty() ? "" : CAUSE).append(each.getClass().getName());
            if (each.getMessage() != null) {
                trace.append(": ").append(each.getMessage());
            }
            trace.append('\n');
        }
        return ofTrace(trace.toString());
    }

    /** Of an answer of the REST API that refuses: {@code {"errors": [...]}}. */
    static String ofErrors(JsonNode document) {
        List<String> errors = new ArrayList<>();
        document.path("errors").forEach(error -> errors.add(error.asText()));
        return ofTrace(String.join("\n", errors));
    }

    private static List<String> messages(String trace) {
        List<String> messages = new ArrayList<>();
        for (String line : trace.lines().map(String::strip).toList()) {
            if (line.startsWith(CAUSE)) {
                messages.add(line.substring(CAUSE.length()));
            } else if (line.startsWith("<Exception on server side:")) {
                messages.add(
                        line.substring("<Exception on server side:".length()).strip());
            } else if (!line.isEmpty()
                    && !line.startsWith("at ")
                    && !line.startsWith("...")
                    && !line.startsWith("End of exception on server side")
                    && (messages.isEmpty()
                            || messages.get(messages.size() - 1).isEmpty()
                            || line.matches(CLASS + ": .*"))) {
                messages.add(line);
            }
        }
        messages.removeIf(String::isEmpty);
        return messages;
    }

    /** Without the names of the exceptions that a message begins with, and the brackets that REST errors stand in. */
    private static String withoutClass(String message) {
        String said = message.strip();
        while (said.matches("\\[?(\\w+ \\w+ \\w+\\., <)?" + CLASS + ": .+")) {
            said = said.substring(said.indexOf(": ") + 2);
        }
        return said;
    }
}
