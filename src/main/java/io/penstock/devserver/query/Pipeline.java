/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.devserver.ServerError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Aggregation stages over a stream of documents. What works on single documents is lazy; sorting and grouping are not. */
public final class Pipeline {
    private final List<UnaryOperator<Stream<BsonDocument>>> steps = new ArrayList<>();

    private Pipeline() {}

    /** The stages of a {@code pipeline} field, each checked to be a document with one field. */
    public static List<BsonDocument> stages(BsonValue pipeline) {
        if (pipeline == null || !pipeline.isArray()) {
            throw ServerError.typeMismatch("'pipeline' option must be specified as an array");
        }
        List<BsonDocument> stages = new ArrayList<>();
        for (BsonValue stage : pipeline.asArray()) {
            if (!stage.isDocument()) {
                throw ServerError.typeMismatch("Each element of the 'pipeline' array must be an object");
            }
            if (stage.asDocument().size() != 1) {
                throw ServerError.location(
                        40323, "A pipeline stage specification object must contain exactly one field.");
            }
            stages.add(stage.asDocument());
        }
        return stages;
    }

    /** Compiles stages; errors in queries show here, errors in expressions when documents pass. */
    public static Pipeline of(List<BsonDocument> stages) {
        Pipeline pipeline = new Pipeline();
        stages.forEach(stage -> pipeline.steps.add(step(stage, stage.getFirstKey())));
        return pipeline;
    }

    /** The documents that come out. */
    public Stream<BsonDocument> run(Stream<BsonDocument> documents) {
        Stream<BsonDocument> stream = documents;
        for (UnaryOperator<Stream<BsonDocument>> step : steps) {
            stream = step.apply(stream);
        }
        return stream;
    }

    private static UnaryOperator<Stream<BsonDocument>> step(BsonDocument stage, String name) {
        BsonValue operand = stage.get(name);
        return switch (name) {
            case "$match" -> {
                Predicate<BsonDocument> filter = Filter.of(operand.asDocument());
                yield documents -> documents.filter(filter);
            }
            case "$limit" -> documents -> documents.limit(operand.asNumber().longValue());
            case "$skip" -> documents -> documents.skip(operand.asNumber().longValue());
            case "$sort" -> {
                Comparator<BsonDocument> order = Sorting.by(operand.asDocument());
                yield documents -> documents.sorted(order);
            }
            case "$count" -> documents -> count(documents, operand.asString().getValue());
            case "$addFields", "$set" -> AddFields.of(operand.asDocument())::run;
            case "$replaceWith" -> replaceWith(operand);
            case "$group" -> group(stage, operand.asDocument());
            case "$bucketAuto" -> documents -> BucketAuto.of(operand.asDocument(), documents);
            case "$sample" -> documents -> Sample.of(operand.asDocument(), documents);
            case "$project" -> library(name, nested(operand.asDocument()));
            case "$unwind", "$replaceRoot", "$sortByCount", "$bucket", "$unset", "$redact" -> library(name, operand);
            default -> throw ServerError.location(40324, "Unrecognized pipeline stage name: '" + name + "'");
        };
    }

    /** A literal document may hold any names, which the library would take for operators and paths. */
    private static UnaryOperator<Stream<BsonDocument>> replaceWith(BsonValue newRoot) {
        boolean literal = newRoot.isDocument()
                && newRoot.asDocument().size() == 1
                && newRoot.asDocument().isDocument("$literal");
        if (!literal) {
            return library("$replaceRoot", new BsonDocument("newRoot", newRoot));
        }
        BsonDocument document = newRoot.asDocument().getDocument("$literal");
        return documents -> documents.map(any -> document);
    }

    /** A projection whose computed fields with dots are written as documents: the library takes the dot for part of a name. */
    private static BsonDocument nested(BsonDocument projection) {
        BsonDocument result = new BsonDocument();
        projection.forEach((path, value) -> {
            boolean computed = !value.isNumber() && !value.isBoolean();
            String[] parts = Paths.split(path);
            boolean alone = !projection.containsKey(parts[0]);
            if (!computed || parts.length == 1 || !alone) {
                result.put(path, value);
                return;
            }
            BsonDocument at = result;
            for (int i = 0; i < parts.length - 1; i++) {
                if (!at.isDocument(parts[i])) {
                    at.put(parts[i], new BsonDocument());
                }
                at = at.getDocument(parts[i]);
            }
            at.put(parts[parts.length - 1], value);
        });
        return result;
    }

    private static UnaryOperator<Stream<BsonDocument>> library(String name, BsonValue operand) {
        BsonDocument stage = new BsonDocument(name, operand);
        return documents -> Expressions.stage(stage, documents);
    }

    private static Stream<BsonDocument> count(Stream<BsonDocument> documents, String name) {
        long count = documents.count();
        return count == 0 ? Stream.empty() : Stream.of(new BsonDocument(name, integer(count)));
    }

    /** Counting is what drivers group for; that must not convert a whole collection. */
    private static UnaryOperator<Stream<BsonDocument>> group(BsonDocument stage, BsonDocument operand) {
        BsonValue id = operand.get("_id");
        List<String> sums =
                operand.keySet().stream().filter(field -> !field.equals("_id")).toList();
        boolean counts = id != null
                && (id.isNumber() || id.isNull())
                && sums.stream()
                        .allMatch(field -> new BsonDocument("$sum", new BsonInt32(1)).equals(operand.get(field)));
        if (!counts) {
            return documents -> Expressions.stage(stage, documents);
        }
        return documents -> {
            long count = documents.count();
            BsonDocument result = new BsonDocument("_id", id);
            sums.forEach(field -> result.put(field, integer(count)));
            return count == 0 ? Stream.empty() : Stream.of(result);
        };
    }

    private static BsonValue integer(long count) {
        return count == (int) count ? new BsonInt32((int) count) : new BsonInt64(count);
    }

    /** The field that an expression such as {@code "$_id"} names. */
    static String fieldOf(BsonValue expression) {
        BsonValue path = expression == null ? BsonNull.VALUE : expression;
        if (!(path instanceof BsonString text) || !text.getValue().startsWith("$")) {
            throw ServerError.badValue("this server groups by a field only, got " + path);
        }
        return text.getValue().substring(1);
    }
}
