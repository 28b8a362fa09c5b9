/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * The reference: random updates applied to a decoded document as a server applies them, with the {@code updateDescription} that a
 * server sends for it. Fields of documents are set, added and removed; elements of arrays set, also beyond the end; arrays cut.
 */
final class Updates {
    private final Random random;
    private final List<String> names;
    /** A value for a name, at random. */
    private final BiFunction<Random, Integer, BsonValue> values;

    private final BsonDocument updated = new BsonDocument();
    private final BsonArray removed = new BsonArray();
    private final BsonArray truncated = new BsonArray();
    private final BsonDocument paths = new BsonDocument();
    private final List<List<Object>> touched = new ArrayList<>();

    Updates(Random random, List<String> names, BiFunction<Random, Integer, BsonValue> values) {
        this.random = random;
        this.names = names;
        this.values = values;
    }

    /** Changes the document in place, by up to some operations. */
    Updates apply(BsonDocument document, int operations) {
        for (int i = 0; i < operations; i++) {
            change(document, new ArrayList<>());
        }
        return this;
    }

    boolean isEmpty() {
        return updated.isEmpty() && removed.isEmpty() && truncated.isEmpty();
    }

    /** The description as servers before 6.1 send it. */
    BsonDocument description() {
        return new BsonDocument("updatedFields", updated)
                .append("removedFields", removed)
                .append("truncatedArrays", truncated);
    }

    /** The description as servers from 6.1 on send it. */
    BsonDocument disambiguated() {
        return description().append("disambiguatedPaths", paths);
    }

    /** Whether two places have one path text, which a server cannot say in one description. */
    boolean collides() {
        return touched.stream().map(Updates::joined).distinct().count() < touched.size();
    }

    private static String joined(List<Object> path) {
        return path.stream().map(Object::toString).collect(Collectors.joining("."));
    }

    private void change(BsonValue place, List<Object> path) {
        if (place instanceof BsonDocument document) {
            changeDocument(document, path);
        } else {
            changeArray((BsonArray) place, path);
        }
    }

    private void changeDocument(BsonDocument document, List<Object> path) {
        String name = names.get(random.nextInt(names.size()));
        List<Object> at = with(path, name);
        BsonValue old = document.get(name);
        if (name.equals("_id") || (old != null && descends(old, at)) || isTouched(at)) {
            return;
        }
        if (old != null && random.nextInt(3) == 0) {
            document.remove(name);
            removed.add(new BsonString(text(at)));
        } else {
            BsonValue value = values.apply(random, path.size());
            if (value.equals(old)) {
                return;
            }
            document.put(name, value);
            updated.put(text(at), value);
        }
        touched.add(at);
    }

    private void changeArray(BsonArray array, List<Object> path) {
        if (random.nextInt(4) == 0 && array.size() > 1 && !isTouched(path)) {
            int size = random.nextInt(array.size() - 1);
            array.subList(size, array.size()).clear();
            truncated.add(new BsonDocument("field", new BsonString(text(path))).append("newSize", new BsonInt32(size)));
            touched.add(path);
            return;
        }
        int index = random.nextInt(array.size() + 2);
        List<Object> at = with(path, index);
        if ((index < array.size() && descends(array.get(index), at)) || isTouched(at)) {
            return;
        }
        BsonValue value = values.apply(random, path.size());
        while (array.size() <= index) {
            array.add(BsonNull.VALUE);
        }
        array.set(index, value);
        updated.put(text(at), value);
        touched.add(at);
    }

    /** Goes on below a place, sometimes. */
    private boolean descends(BsonValue old, List<Object> at) {
        boolean inner = (old.isDocument() || old.isArray()) && random.nextInt(3) > 0 && !isSetWhole(at);
        if (inner) {
            change(old, at);
        }
        return inner;
    }

    /** Whether a path is, leads to, or lies below one that the update speaks of already. */
    private boolean isTouched(List<Object> path) {
        return touched.stream().anyMatch(other -> {
            int common = Math.min(other.size(), path.size());
            return other.subList(0, common).equals(path.subList(0, common));
        });
    }

    private boolean isSetWhole(List<Object> path) {
        return touched.stream()
                .anyMatch(other -> other.size() <= path.size()
                        && path.subList(0, other.size()).equals(other));
    }

    private String text(List<Object> path) {
        StringBuilder text = new StringBuilder();
        BsonArray steps = new BsonArray();
        boolean ambiguous = false;
        for (Object step : path) {
            text.append(text.isEmpty() && steps.isEmpty() ? "" : ".").append(step);
            steps.add(step instanceof Integer index ? new BsonInt32(index) : new BsonString((String) step));
            ambiguous |= step instanceof String name
                    && (name.isEmpty() || name.contains(".") || name.startsWith("$") || name.matches("\\d+"));
        }
        if (ambiguous) {
            paths.put(text.toString(), steps);
        }
        return text.toString();
    }

    private static List<Object> with(List<Object> path, Object step) {
        List<Object> longer = new ArrayList<>(path);
        longer.add(step);
        return longer;
    }
}
