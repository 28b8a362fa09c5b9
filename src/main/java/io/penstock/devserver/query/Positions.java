/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.devserver.ServerError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Turns {@code $}, {@code $[]} and {@code $[name]} in a path into positions of the arrays of one document. */
final class Positions {
    private final BsonDocument document;
    private final BsonDocument query;
    private final Map<String, Predicate<BsonValue>> filters = new HashMap<>();

    Positions(BsonDocument document, Update.Context context) {
        this.document = document;
        this.query = context.query();
        for (BsonValue filter : context.arrayFilters()) {
            addFilter(filter.asDocument());
        }
    }

    /** An array filter names its element in the first part of its paths: {@code {"x.grade": {$gte: 85}}}. */
    private void addFilter(BsonDocument filter) {
        String name = filter.getFirstKey().split("\\.", 2)[0];
        Predicate<BsonDocument> wrapped = Filter.of(filter);
        filters.put(name, element -> wrapped.test(new BsonDocument(name, element)));
    }

    List<String[]> resolve(String[] path) {
        List<String[]> resolved = new ArrayList<>(List.<String[]>of(path));
        for (int i = 0; i < path.length; i++) {
            int at = i;
            if (path[i].equals("$")) {
                resolved.replaceAll(one -> with(one, at, matched(Arrays.copyOf(one, at))));
            } else if (path[i].startsWith("$[") && path[i].endsWith("]")) {
                List<String[]> expanded = new ArrayList<>();
                resolved.forEach(one -> expand(one, at, expanded));
                resolved = expanded;
            }
        }
        return resolved;
    }

    private void expand(String[] path, int at, List<String[]> to) {
        String name = path[at].substring(2, path[at].length() - 1);
        Predicate<BsonValue> filter = name.isEmpty() ? element -> true : filters.get(name);
        if (filter == null) {
            throw ServerError.badValue(
                    "No array filter found for identifier '" + name + "' in path '" + String.join(".", path) + "'");
        }
        String[] prefix = Arrays.copyOf(path, at);
        BsonValue array = new Target(document).get(prefix);
        if (array == null || !array.isArray()) {
            throw ServerError.badValue("The path '" + String.join(".", prefix)
                    + "' must exist in the document in order to apply array updates.");
        }
        for (int i = 0; i < array.asArray().size(); i++) {
            if (filter.test(array.asArray().get(i))) {
                to.add(with(path, at, i));
            }
        }
    }

    private static String[] with(String[] path, int at, int index) {
        String[] copy = path.clone();
        copy[at] = String.valueOf(index);
        return copy;
    }

    /** The first element of the array that the query matched. */
    private int matched(String[] prefix) {
        BsonValue array = new Target(document).get(prefix);
        Predicate<BsonValue> test = elementTest(String.join(".", prefix), query);
        if (array != null && array.isArray() && test != null) {
            BsonArray elements = array.asArray();
            for (int i = 0; i < elements.size(); i++) {
                if (test.test(elements.get(i))) {
                    return i;
                }
            }
        }
        throw ServerError.badValue("The positional operator did not find the match needed from the query.");
    }

    private static Predicate<BsonValue> elementTest(String path, BsonDocument query) {
        Predicate<BsonValue> all = null;
        for (Map.Entry<String, BsonValue> clause : query.entrySet()) {
            Predicate<BsonValue> one = null;
            if (clause.getKey().equals("$and")) {
                for (BsonValue part : clause.getValue().asArray()) {
                    one = both(one, elementTest(path, part.asDocument()));
                }
            } else if (clause.getKey().equals(path)) {
                one = onElement(clause.getValue());
            } else if (clause.getKey().startsWith(path + ".")) {
                String rest = clause.getKey().substring(path.length() + 1);
                one = Filter.element(new BsonDocument(rest, clause.getValue()));
            }
            all = both(all, one);
        }
        return all;
    }

    private static Predicate<BsonValue> onElement(BsonValue condition) {
        boolean elemMatch =
                Filter.isOperators(condition) && condition.asDocument().containsKey("$elemMatch");
        return Filter.element(elemMatch ? condition.asDocument().get("$elemMatch") : condition);
    }

    private static Predicate<BsonValue> both(Predicate<BsonValue> left, Predicate<BsonValue> right) {
        return left == null ? right : right == null ? left : left.and(right);
    }
}
