/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * What changed below one document or array: the server's own form of a delta. Per level it lists removed fields, changed
 * ones, new ones and then the levels below; the order of {@code updatedFields} in a change event follows from that.
 */
final class DiffNode {
    final boolean array;
    final List<String> removed = new ArrayList<>();
    final Map<String, BsonValue> changed = new LinkedHashMap<>();
    final Map<String, BsonValue> added = new LinkedHashMap<>();
    final Map<String, DiffNode> below = new LinkedHashMap<>();
    Integer newSize;

    DiffNode(boolean array) {
        this.array = array;
    }

    boolean isEmpty() {
        return removed.isEmpty() && changed.isEmpty() && added.isEmpty() && below.isEmpty() && newSize == null;
    }

    /** The node below a field, made when there is none. */
    DiffNode child(String name, boolean ofArray) {
        return below.computeIfAbsent(name, n -> new DiffNode(ofArray));
    }

    /** About what the server's diff document would take, in bytes: it decides between delta and replacement. */
    int size() {
        int size = 5 + (array ? 3 : 0) + (newSize == null ? 0 : 7);
        size += removed.isEmpty()
                ? 0
                : 8 + removed.stream().mapToInt(name -> 3 + name.length()).sum();
        size += changed.isEmpty() ? 0 : (array ? 0 : 8) + fields(changed) + (array ? changed.size() : 0);
        size += added.isEmpty() ? 0 : (array ? 0 : 8) + fields(added) + (array ? added.size() : 0);
        for (Map.Entry<String, DiffNode> child : below.entrySet()) {
            size += 3 + child.getKey().length() + child.getValue().size();
        }
        return size;
    }

    private static int fields(Map<String, BsonValue> fields) {
        return fields.entrySet().stream()
                .mapToInt(field -> Sizes.field(field.getKey(), field.getValue()))
                .sum();
    }

    /** The {@code updateDescription} of a change event, {@code disambiguatedPaths} included. */
    BsonDocument description() {
        BsonDocument description = new BsonDocument("updatedFields", new BsonDocument())
                .append("removedFields", new BsonArray())
                .append("truncatedArrays", new BsonArray())
                .append("disambiguatedPaths", new BsonDocument());
        describe(description, new ArrayList<>(), new ArrayList<>());
        return description;
    }

    private void describe(BsonDocument to, List<String> path, List<BsonValue> parts) {
        for (String name : removed) {
            String full = join(to, path, parts, name);
            to.getArray("removedFields").add(new BsonString(full));
        }
        if (newSize != null) {
            BsonDocument truncated = new BsonDocument("field", new BsonString(String.join(".", path)))
                    .append("newSize", new BsonInt32(newSize));
            to.getArray("truncatedArrays").add(truncated);
        }
        changed.forEach((name, value) -> to.getDocument("updatedFields").put(join(to, path, parts, name), value));
        added.forEach((name, value) -> to.getDocument("updatedFields").put(join(to, path, parts, name), value));
        below.forEach((name, child) -> {
            path.add(name);
            parts.add(part(name));
            child.describe(to, path, parts);
            path.remove(path.size() - 1);
            parts.remove(parts.size() - 1);
        });
    }

    private BsonValue part(String name) {
        return array ? new BsonInt32(Integer.parseInt(name)) : new BsonString(name);
    }

    /** The dotted path; when it can be read in two ways (dots or digits in a field's name), its parts are noted as well. */
    private String join(BsonDocument to, List<String> path, List<BsonValue> parts, String name) {
        List<BsonValue> whole = new ArrayList<>(parts);
        whole.add(part(name));
        String joined = path.isEmpty() ? name : String.join(".", path) + "." + name;
        boolean ambiguous = false;
        for (int i = 0; i < whole.size(); i++) {
            if (whole.get(i).isString()) {
                String text = whole.get(i).asString().getValue();
                ambiguous |= text.indexOf('.') >= 0 || (i > 0 && Paths.index(text) >= 0);
            }
        }
        if (ambiguous) {
            to.getDocument("disambiguatedPaths").put(joined, new BsonArray(whole));
        }
        return joined;
    }
}
