/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Binds YAML nodes to the records of the model. Goes on after each fault, so that all are reported: a value that is
 * wrong is replaced by its key's fallback, or null or 0, and what was bound is only for further checks.
 */
final class Binder {

    private static final String TYPE = "type";

    private final ScalarBinder scalars;
    private final Problems problems;

    Binder(Function<String, String> environment, boolean withSecrets, Problems problems) {
        this.scalars = new ScalarBinder(environment, withSecrets, problems);
        this.problems = problems;
    }

    /** The job, or null when the document isn't even a section. */
    JobSpec bind(Node root) {
        problems.place("", root.getStartMark());
        return (JobSpec) section(JobSpec.class, root, "");
    }

    private Object value(Type type, Key key, Node node, String path) {
        if (Keys.isList(type)) {
            return list(Keys.lastArgument(type), key, node, path);
        }
        if (Keys.isMap(type)) {
            return map(Keys.lastArgument(type), key, node, path);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isSealed()) {
            return oneOf(plain, node, path);
        }
        return plain.isEnum() || Scalar.knows(plain)
                ? scalars.bind(plain, key, node, path)
                : section(plain, node, path);
    }

    private List<Object> list(Type element, Key key, Node node, String path) {
        List<Object> values = new ArrayList<>();
        if (!(node instanceof SequenceNode sequence)) {
            problems.add(path, "expected a list, found " + ScalarBinder.describe(node));
            return values;
        }
        List<Node> items = sequence.getValue();
        if (!key.min().isEmpty() && items.size() < Integer.parseInt(key.min())) {
            problems.add(path, "expected at least " + key.min() + " entry, found an empty list");
        }
        for (int i = 0; i < items.size(); i++) {
            String itemPath = path + "[" + i + "]";
            problems.place(itemPath, items.get(i).getStartMark());
            values.add(value(element, key, items.get(i), itemPath));
        }
        return Collections.unmodifiableList(values);
    }

    private Map<String, Object> map(Type element, Key key, Node node, String path) {
        Map<String, Object> values = new LinkedHashMap<>();
        entries(node, path).forEach((name, entry) -> {
            String entryPath = path + "." + name;
            problems.place(entryPath, entry.getValueNode().getStartMark());
            values.put(name, value(element, key, entry.getValueNode(), entryPath));
        });
        return Collections.unmodifiableMap(values);
    }

    private Object oneOf(Class<?> sealed, Node node, String path) {
        Map<String, NodeTuple> entries = entries(node, path);
        Map<String, Class<?>> kinds = Arrays.stream(sealed.getPermittedSubclasses())
                .collect(Collectors.toMap(kind -> Keys.spellings(kind).get(0), kind -> kind));
        if (!(node instanceof MappingNode)) {
            return null;
        }
        NodeTuple type = entries.remove(TYPE);
        if (type == null) {
            problems.add(path, "missing key 'type', expected " + ScalarBinder.oneOf(kinds.keySet()));
            return null;
        }
        String typePath = path + "." + TYPE;
        problems.place(typePath, type.getValueNode().getStartMark());
        String word = scalars.word(kinds.keySet(), Keys.notBuiltYet(sealed), type.getValueNode(), typePath);
        return word == null ? null : section(kinds.get(word), entries, path);
    }

    private Object section(Class<?> section, Node node, String path) {
        Map<String, NodeTuple> entries = entries(node, path);
        return node instanceof MappingNode ? section(section, entries, path) : null;
    }

    private Object section(Class<?> section, Map<String, NodeTuple> entries, String path) {
        List<Keys.Entry> keys = Keys.entries(section);
        reportUnknown(section, keys, entries, path);
        List<Object> values = new ArrayList<>();
        for (Keys.Entry key : keys) {
            String keyPath = path.isEmpty() ? key.name() : path + "." + key.name();
            NodeTuple entry = entries.get(key.name());
            if (entry != null) {
                problems.place(keyPath, entry.getValueNode().getStartMark());
                Object value = value(key.type(), key.key(), entry.getValueNode(), keyPath);
                values.add(value != null ? value : fallback(key, keyPath));
            } else {
                if (key.required()) {
                    problems.add(
                            path,
                            "missing key '" + key.name() + "': " + key.key().value());
                }
                values.add(fallback(key, keyPath));
            }
        }
        return create(section, values);
    }

    private void reportUnknown(Class<?> section, List<Keys.Entry> keys, Map<String, NodeTuple> entries, String path) {
        Set<String> known = keys.stream().map(Keys.Entry::name).collect(Collectors.toSet());
        Set<String> planned = Keys.notBuiltYet(section);
        Set<String> absent = Stream.concat(known.stream(), planned.stream())
                .filter(name -> !entries.containsKey(name))
                .collect(Collectors.toSet());
        entries.forEach((name, entry) -> {
            Mark mark = entry.getKeyNode().getStartMark();
            if (planned.contains(name)) {
                problems.add(path, mark, "'" + name + "' is not built yet in this version; remove it");
            } else if (!known.contains(name)) {
                String near = Suggestions.didYouMean(name, absent, "%s");
                problems.add(
                        path,
                        mark,
                        "unknown key '" + name + "'"
                                + (near.isEmpty() ? ", expected " + ScalarBinder.oneOf(known) : near));
            }
        });
    }

    /** A mapping's entries by key, merged ones ({@code <<}) behind its own; anything else is reported. */
    private Map<String, NodeTuple> entries(Node node, String path) {
        return entries(node, path, new HashSet<>());
    }

    /** As above; the nodes on the way here are skipped, for an alias may merge what it stands in. */
    private Map<String, NodeTuple> entries(Node node, String path, Set<Node> above) {
        Map<String, NodeTuple> entries = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            problems.add(path, "expected a section (keys and values), found " + ScalarBinder.describe(node));
            return entries;
        }
        above.add(node);
        List<Node> merged = new ArrayList<>();
        for (NodeTuple entry : mapping.getValue()) {
            Node key = entry.getKeyNode();
            if (key.getTag().equals(Tag.MERGE)) {
                merged.addAll(
                        entry.getValueNode() instanceof SequenceNode several
                                ? several.getValue()
                                : List.of(entry.getValueNode()));
            } else if (!(key instanceof ScalarNode scalar)) {
                problems.add(path, key.getStartMark(), "expected a word as key, found " + ScalarBinder.describe(key));
            } else {
                NodeTuple first = entries.putIfAbsent(YamlText.text(scalar), entry);
                if (first != null) {
                    problems.add(
                            path,
                            key.getStartMark(),
                            "duplicate key '" + YamlText.text(scalar) + "', first on line "
                                    + (first.getKeyNode().getStartMark().getLine() + 1));
                }
            }
        }
        merged.stream().filter(other -> !above.contains(other)).forEach(other -> entries(other, path, above)
                .forEach(entries::putIfAbsent));
        return entries;
    }

    /** What stands for an absent key: its fallback, or a section of fallbacks, or nothing. */
    private Object fallback(Keys.Entry key, String path) {
        if (!key.key().fallback().isEmpty()) {
            return value(
                    key.type(),
                    key.key(),
                    YamlText.compose(key.key().fallback(), problems).orElseThrow(),
                    path);
        }
        if (key.required() || key.key().optional()) {
            return Keys.isList(key.type()) ? List.of() : null;
        }
        return section((Class<?>) key.type(), Map.of(), path);
    }

    private static Object create(Class<?> section, List<Object> values) {
        RecordComponent[] components = section.getRecordComponents();
        try {
            Constructor<?> constructor = section.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(values.toArray());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("can't create " + section.getSimpleName(), e);
        }
    }
}
