/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.StringReader;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads YAML into nodes that know their place. Placeholders are made opaque before: YAML would take the braces, colons
 * and commas of <code>{uri: ${URI:-embedded}}</code> for its own. Each such character is replaced by one of the Private
 * Use Area, so that places stay right, and put back in {@link #text}.
 */
final class YamlText {

    private static final char AREA = '\uE000';
    private static final String OPAQUE = "{}[]:,#?&*!|>%@` ";
    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\$\\{(?:\\w+|file:[^{}\"'\\n\\r]+?)(:-[^{}\"'\\n\\r]*)?}");
    private static final Pattern MASKED = Pattern.compile("\\$\\uE07B[^{}\\n\\r\\uE07D]*\\uE07D");

    private YamlText() {}

    /** The document's root, or empty when there is no document or a syntax error, which is then reported. */
    static Optional<Node> compose(String text, Problems problems) {
        try {
            Node root = new Yaml(new LoaderOptions()).compose(new StringReader(mask(text)));
            if (root == null) {
                problems.add("", 0, 0, "the file is empty, expected a job: at least name, source and sinks");
            }
            return Optional.ofNullable(root);
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
            problems.add("", mark, "not YAML: " + explain(e));
        } catch (ReaderException e) {
            reportUnprintable(text, problems);
        } catch (YAMLException e) {
            problems.add("", 0, 0, "not YAML: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** The reader stops at a character that YAML doesn't allow without saying on which line. */
    private static void reportUnprintable(String text, Problems problems) {
        int at = 0;
        while (StreamReader.isPrintable(text.codePointAt(at))) {
            at = text.offsetByCodePoints(at, 1);
        }
        String before = text.substring(0, at);
        problems.add(
                "",
                (int) before.chars().filter(c -> c == '\n').count(),
                at - before.lastIndexOf('\n') - 1,
                "not YAML: the character U+%04X is not allowed".formatted(text.codePointAt(at)));
    }

    /** A scalar's text, as it stands in the file. */
    static String text(ScalarNode node) {
        return MASKED.matcher(node.getValue())
                .replaceAll(match -> Matcher.quoteReplacement(shift(match.group(), false)));
    }

    private static String mask(String text) {
        return PLACEHOLDER.matcher(text).replaceAll(match -> Matcher.quoteReplacement(shift(match.group(), true)));
    }

    private static String shift(String text, boolean away) {
        StringBuilder shifted = new StringBuilder(text);
        for (int i = 0; i < shifted.length(); i++) {
            char c = shifted.charAt(i);
            if (away && OPAQUE.indexOf(c) >= 0) {
                shifted.setCharAt(i, (char) (c + AREA));
            } else if (!away && c >= AREA && c < AREA + 128) {
                shifted.setCharAt(i, (char) (c - AREA));
            }
        }
        return shifted.toString();
    }

    private static String explain(MarkedYAMLException e) {
        if (e.getProblem().contains("TAB")) {
            return "a tab; indent with spaces";
        }
        String context = e.getContext() == null || e.getContextMark() == null
                ? ""
                : e.getContext() + " (from line " + (e.getContextMark().getLine() + 1) + "): ";
        // An alias is named by what follows an asterisk, which may be a password that wasn't quoted.
        return (context + e.getProblem())
                .replaceAll("\\s+", " ")
                .replaceAll("undefined alias .*", "an undefined alias");
    }
}
