/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * The stages {@code $addFields} and {@code $set}. Every expression sees the document as it came in; a path reaches through
 * documents and into each element of an array; a field whose value is missing goes away. The library's stage takes a dot for
 * a part of the name, merges what it should replace and lets a field see its neighbour's new value.
 */
final class AddFields {
    private record Field(String[] path, Function<BsonDocument, BsonValue> value) {}

    private final List<Field> fields = new ArrayList<>();

    private AddFields() {}

    static AddFields of(BsonDocument specification) {
        AddFields stage = new AddFields();
        stage.add(new String[0], specification);
        return stage;
    }

    private void add(String[] above, BsonDocument specification) {
        specification.forEach((name, expression) -> {
            String[] below = Paths.split(name);
            String[] path = Arrays.copyOf(above, above.length + below.length);
            System.arraycopy(below, 0, path, above.length, below.length);
            if (isNested(expression)) {
                add(path, expression.asDocument());
            } else {
                fields.add(new Field(path, Expressions.value(expression)));
            }
        });
    }

    /** A document that is no operator is more fields, except an empty one, which is a value. */
    private static boolean isNested(BsonValue expression) {
        return expression.isDocument()
                && !expression.asDocument().isEmpty()
                && !expression.asDocument().getFirstKey().startsWith("$");
    }

    Stream<BsonDocument> run(Stream<BsonDocument> documents) {
        return documents.map(this::apply);
    }

    private BsonDocument apply(BsonDocument document) {
        BsonDocument result = document;
        for (Field field : fields) {
            result = with(result, field.path, 0, field.value.apply(document));
        }
        return result;
    }

    private static BsonDocument with(BsonDocument document, String[] path, int at, BsonValue value) {
        BsonDocument copy = new BsonDocument();
        copy.putAll(document);
        String name = path[at];
        BsonValue below = at == path.length - 1 ? value : inside(copy.get(name), path, at + 1, value);
        if (below == null) {
            copy.remove(name);
        } else {
            copy.put(name, below);
        }
        return copy;
    }

    private static BsonValue inside(BsonValue current, String[] path, int at, BsonValue value) {
        if (current != null && current.isArray()) {
            BsonArray copy = new BsonArray();
            current.asArray().forEach(element -> copy.add(inside(element, path, at, value)));
            return copy;
        }
        boolean document = current != null && current.isDocument();
        if (value == null && !document) {
            return current;
        }
        return with(document ? current.asDocument() : new BsonDocument(), path, at, value);
    }
}
