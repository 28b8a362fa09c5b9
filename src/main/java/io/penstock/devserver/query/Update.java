/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.devserver.ServerError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** An update as a command carries it: a replacement, operators, or a pipeline. Applying it makes a new document. */
public final class Update {
    /**
     * What an update made of a document.
     *
     * @param document the new document
     * @param description the change event's {@code updateDescription} with {@code disambiguatedPaths}, or null when the
     *     change is logged as a replacement
     */
    public record Result(BsonDocument document, BsonDocument description) {}

    /** What an update needs to know beside the document: the query for positions, filters of arrays, the time, insertion. */
    public record Context(BsonDocument query, BsonArray arrayFilters, long millis, boolean inserting) {}

    private final BsonDocument operators;
    private final BsonDocument replacement;
    private final List<BsonDocument> pipeline;

    private Update(BsonDocument operators, BsonDocument replacement, List<BsonDocument> pipeline) {
        this.operators = operators;
        this.replacement = replacement;
        this.pipeline = pipeline;
    }

    /** @throws ServerError when it is none of the three forms */
    public static Update of(BsonValue update) {
        if (update.isArray()) {
            List<BsonDocument> stages = Pipeline.stages(update);
            for (BsonDocument stage : stages) {
                if (!List.of("$addFields", "$set", "$project", "$unset", "$replaceRoot", "$replaceWith")
                        .contains(stage.getFirstKey())) {
                    throw new ServerError(
                            72, "InvalidOptions", stage.getFirstKey() + " is not allowed to be used within an update");
                }
            }
            return new Update(null, null, stages);
        }
        if (!update.isDocument()) {
            throw ServerError.failedToParse("Update argument must be either an object or an array");
        }
        BsonDocument document = update.asDocument();
        boolean replaces = document.isEmpty() || !document.getFirstKey().startsWith("$");
        if (!replaces) {
            Operators.check(document);
        }
        return replaces ? new Update(null, document, null) : new Update(document, null, null);
    }

    /** Whether the document is replaced whole, which only one document at a time can be. */
    public boolean isReplacement() {
        return replacement != null;
    }

    /**
     * Applies the update.
     *
     * @param before the document as it is; empty but for the query's equalities when a document is inserted
     */
    public Result apply(BsonDocument before, Context context) {
        if (replacement != null) {
            return new Result(replaced(before), null);
        }
        if (pipeline != null) {
            BsonDocument after = Pipeline.of(pipeline)
                    .run(Stream.of(before))
                    .findFirst()
                    .map(Update::thawed)
                    .orElseThrow();
            if (before.containsKey("_id") && !after.containsKey("_id")) {
                after = withId(before.get("_id"), after);
            }
            DiffNode diff = DocumentDiff.between(before, after);
            return new Result(after, diff == null ? null : diff.description());
        }
        BsonDocument after = thawed(before);
        Target target = new Target(after);
        for (Step step : steps(before, context)) {
            Operators.apply(target, step.operator(), step.path(), step.operand(), context);
        }
        return new Result(after, target.touched().delta(before, after).description());
    }

    private BsonDocument replaced(BsonDocument before) {
        BsonValue id = replacement.containsKey("_id") ? replacement.get("_id") : before.get("_id");
        return id == null ? thawed(replacement) : withId(id, replacement);
    }

    private static BsonDocument withId(BsonValue id, BsonDocument fields) {
        BsonDocument document = new BsonDocument("_id", id);
        fields.forEach((name, value) -> {
            if (!name.equals("_id")) {
                document.put(name, value);
            }
        });
        return document;
    }

    private static BsonDocument thawed(BsonDocument document) {
        return document instanceof org.bson.RawBsonDocument raw
                ? raw.decode(new org.bson.codecs.BsonDocumentCodec())
                : document.clone();
    }

    private record Step(String operator, String[] path, BsonValue operand) {}

    /** The single assignments, in the order of their paths: so the server applies them since 5.0, numbers by value. */
    private List<Step> steps(BsonDocument before, Context context) {
        List<Step> steps = new ArrayList<>();
        Positions positions = new Positions(before, context);
        for (Map.Entry<String, BsonValue> operator : operators.entrySet()) {
            if (operator.getKey().equals("$setOnInsert") && !context.inserting()) {
                continue;
            }
            operator.getValue().asDocument().forEach((path, operand) -> {
                for (String[] concrete : positions.resolve(Paths.split(path))) {
                    steps.add(new Step(operator.getKey(), concrete, operand));
                }
            });
        }
        steps.sort(Comparator.comparing(Step::path, Update::comparePaths));
        return steps;
    }

    private static int comparePaths(String[] left, String[] right) {
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int l = Paths.index(left[i]);
            int r = Paths.index(right[i]);
            int order = l >= 0 && r >= 0 ? Integer.compare(l, r) : left[i].compareTo(right[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }
}
