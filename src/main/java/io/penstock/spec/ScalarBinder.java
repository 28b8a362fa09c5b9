/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.time.DateTimeException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Binds the values that are one word or text: resolves placeholders, checks kind, range and pattern. */
final class ScalarBinder {

    private static final int SHOWN = 60;

    /** Of an address that landed under the wrong key. */
    private static final Pattern CREDENTIALS = Pattern.compile("://[^/@]*@");

    private final Function<String, String> environment;
    private final boolean withSecrets;
    private final Problems problems;

    ScalarBinder(Function<String, String> environment, boolean withSecrets, Problems problems) {
        this.environment = environment;
        this.withSecrets = withSecrets;
        this.problems = problems;
    }

    /** The value, or null when it is wrong, which is then reported. */
    Object bind(Class<?> type, Key key, Node node, String path) {
        if (type.isEnum()) {
            return constant(type, node, path);
        }
        Scalar<?> scalar = Scalar.of(type);
        if (!(node instanceof ScalarNode)
                || !(Placeholders.in(text(node)) || scalar.tags().contains(node.getTag()))) {
            problems.add(path, "expected " + expected(scalar, key) + ", found " + shown(scalar, node));
            return null;
        }
        if (type == Secret.class) {
            return secret(text(node), path);
        }
        String text = resolve(node, Set.of(key.words()), path);
        return text == null ? null : checked(scalar, key, text, node, path);
    }

    /** One of the given words, or null when the node is something else, which is then reported. */
    String word(Collection<String> words, Set<String> planned, Node node, String path) {
        String text = node instanceof ScalarNode ? resolve(node, Set.of(), path) : "";
        if (text == null || words.contains(text)) {
            return text;
        }
        if (planned.contains(text)) {
            problems.add(path, "'" + text + "' is not built yet in this version, expected " + oneOf(words));
        } else {
            String near = fromEnvironment(node) ? "" : Suggestions.didYouMean(text, words, "%s");
            problems.add(path, "expected " + oneOf(words) + ", found " + describe(node) + near);
        }
        return null;
    }

    private Object constant(Class<?> type, Node node, String path) {
        List<Enum<?>> constants = Arrays.stream(type.getEnumConstants())
                .<Enum<?>>map(Enum.class::cast)
                .toList();
        if (node instanceof ScalarNode
                && Placeholders.wrong(text(node), environment, Set.of()).isEmpty()) {
            String word = Placeholders.resolve(text(node), environment);
            for (Enum<?> constant : constants) {
                if (Keys.spellings(constant).contains(word)) {
                    return constant;
                }
            }
        }
        List<String> documented =
                constants.stream().map(each -> Keys.spellings(each).get(0)).toList();
        word(documented, Keys.notBuiltYet(type), node, path);
        return null;
    }

    private Object checked(Scalar<?> scalar, Key key, String text, Node node, String path) {
        String reason = "";
        try {
            Object value = scalar.parser().apply(text);
            if (inRange(scalar, key, value) && matches(key, text)) {
                return value;
            }
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            // Only this type's messages are known not to repeat the value, which may come from the environment.
            reason = scalar.type() == CollectionSelector.class ? ": " + e.getMessage() : "";
        }
        problems.add(path, "expected " + expected(scalar, key) + ", found " + shown(scalar, node) + reason);
        return null;
    }

    private Secret secret(String template, String path) {
        if (!withSecrets) {
            return Secret.unresolved(template);
        }
        List<String> wrong = Placeholders.wrong(template, environment, Set.of());
        wrong.forEach(message -> problems.add(path, message));
        return wrong.isEmpty() ? Secret.resolved(template, environment) : null;
    }

    /** The node's text with placeholders replaced, or null when that fails, which is then reported. */
    private String resolve(Node node, Set<String> kept, String path) {
        List<String> wrong = Placeholders.wrong(text(node), environment, kept);
        wrong.forEach(message -> problems.add(path, message));
        return wrong.isEmpty() ? Placeholders.resolve(text(node), environment, kept) : null;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static boolean inRange(Scalar<?> scalar, Key key, Object value) {
        if (!(value instanceof Comparable comparable)) {
            return true;
        }
        return (key.min().isEmpty() || comparable.compareTo(scalar.parser().apply(key.min())) >= 0)
                && (key.max().isEmpty() || comparable.compareTo(scalar.parser().apply(key.max())) <= 0);
    }

    private static boolean matches(Key key, String text) {
        return !text.isBlank() && (key.pattern().isEmpty() || text.matches(key.pattern()));
    }

    private static String expected(Scalar<?> scalar, Key key) {
        String range = key.min().isEmpty()
                ? key.max().isEmpty() ? "" : " up to " + key.max()
                : key.max().isEmpty() ? " of at least " + key.min() : " from " + key.min() + " to " + key.max();
        return scalar.expected()
                + (scalar.type() == CollectionSelector.class ? "" : range)
                + (key.pattern().isEmpty() ? "" : " matching " + key.pattern());
    }

    private static String shown(Scalar<?> scalar, Node node) {
        return scalar.type() == Secret.class
                        && node instanceof ScalarNode
                        && !node.getTag().equals(Tag.NULL)
                ? "something else (not shown)"
                : describe(node) + (scalar.type() == String.class && isNumberOrWord(node) ? " (put it in quotes)" : "");
    }

    private static boolean isNumberOrWord(Node node) {
        return List.of(Tag.INT, Tag.FLOAT, Tag.BOOL).contains(node.getTag());
    }

    /** What stands in the file; never a value that came from the environment. */
    static String describe(Node node) {
        if (node instanceof MappingNode) {
            return "a section";
        }
        if (node instanceof SequenceNode) {
            return "a list";
        }
        String text = text(node);
        if (node.getTag().equals(Tag.NULL)) {
            return "nothing";
        }
        text = CREDENTIALS.matcher(text).replaceAll("://…@");
        String quoted = "'" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text) + "'";
        if (fromEnvironment(node)) {
            return quoted + " (whose value is not shown)";
        }
        return node.getTag().equals(Tag.INT) || node.getTag().equals(Tag.FLOAT)
                ? "the number " + quoted
                : node.getTag().equals(Tag.BOOL) ? "the boolean " + quoted : quoted;
    }

    static String oneOf(Collection<String> words) {
        return (words.size() == 1 ? "" : "one of ") + words.stream().sorted().collect(Collectors.joining(", "));
    }

    private static boolean fromEnvironment(Node node) {
        return node instanceof ScalarNode && Placeholders.in(text(node));
    }

    private static String text(Node node) {
        return YamlText.text((ScalarNode) node);
    }
}
