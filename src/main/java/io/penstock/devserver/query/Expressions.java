/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.aggregation.Aggregation;
import de.bwaldvogel.mongo.backend.aggregation.Expression;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.exception.MongoServerException;
import de.bwaldvogel.mongo.oplog.NoopOplog;
import io.penstock.devserver.ServerError;
import io.penstock.record.BsonOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;

/** Aggregation expressions and stages, evaluated by mongo-java-server on converted documents. */
final class Expressions {
    private static final String SET_FIELD = "$setField";

    private static final Map<String, IntPredicate> COMPARISONS = Map.of(
            "$gt", order -> order > 0,
            "$gte", order -> order >= 0,
            "$lt", order -> order < 0,
            "$lte", order -> order <= 0,
            "$eq", order -> order == 0,
            "$ne", order -> order != 0);

    private Expressions() {}

    /** Whether an expression is true for a document. */
    static Predicate<BsonDocument> truth(BsonValue expression) {
        Function<BsonDocument, BsonValue> value = value(expression);
        return document -> {
            BsonValue result = value.apply(document);
            return result != null && Tests.isTrue(result);
        };
    }

    /** An expression's value for a document; null reference when it is missing. */
    static Function<BsonDocument, BsonValue> value(BsonValue expression) {
        if (expression.isDocument() && SET_FIELD.equals(firstName(expression.asDocument()))) {
            return setField(expression.asDocument().getDocument(SET_FIELD));
        }
        if (expression.isDocument() && COMPARISONS.containsKey(firstName(expression.asDocument()))) {
            BsonValue operands = expression.asDocument().get(firstName(expression.asDocument()));
            if (operands.isArray() && operands.asArray().size() == 2) {
                return comparison(
                        COMPARISONS.get(firstName(expression.asDocument())),
                        value(operands.asArray().get(0)),
                        value(operands.asArray().get(1)));
            }
        }
        Object library = LibraryValues.toLibrary(expression);
        return document -> guarded(() -> {
            Object result = Expression.evaluateDocument(library, LibraryValues.toLibrary(document));
            return result instanceof Missing ? null : LibraryValues.fromLibrary(result);
        });
    }

    /** In the server's order of all values; the library knows some types only, and rounds large numbers. A missing value is the least. */
    private static Function<BsonDocument, BsonValue> comparison(
            IntPredicate isTrue, Function<BsonDocument, BsonValue> left, Function<BsonDocument, BsonValue> right) {
        Comparator<BsonValue> order = Comparator.nullsFirst(BsonOrder.ASCENDING);
        return document -> BsonBoolean.valueOf(isTrue.test(order.compare(left.apply(document), right.apply(document))));
    }

    /** {@code $setField}, which the library lacks: the way to a field whose name holds a dot or begins with a dollar. */
    private static Function<BsonDocument, BsonValue> setField(BsonDocument operands) {
        String name = operands.getString("field").getValue();
        Function<BsonDocument, BsonValue> input = value(operands.get("input"));
        Function<BsonDocument, BsonValue> value = value(operands.get("value"));
        return document -> {
            BsonValue target = input.apply(document);
            if (target == null || !target.isDocument()) {
                return BsonNull.VALUE;
            }
            BsonDocument copy = new BsonDocument();
            copy.putAll(target.asDocument());
            BsonValue set = value.apply(document);
            if (set == null) {
                copy.remove(name);
            } else {
                copy.put(name, set);
            }
            return copy;
        };
    }

    private static String firstName(BsonDocument expression) {
        return expression.isEmpty() ? null : expression.getFirstKey();
    }

    /** One stage over documents; stages that need a collection are not for this. */
    static Stream<BsonDocument> stage(BsonDocument stage, Stream<BsonDocument> documents) {
        Document library = LibraryValues.toLibrary(stage);
        return guarded(() -> Aggregation.fromPipeline(List.of(library), null, null, null, NoopOplog.get())
                .runStages(documents.map(LibraryValues::toLibrary))
                .stream()
                .map(LibraryValues::fromLibrary));
    }

    private static <T> T guarded(Supplier<T> work) {
        try {
            return work.get();
        } catch (MongoServerError e) {
            String name = e.getCodeName() == null ? "Location" + e.getCode() : e.getCodeName();
            throw new ServerError(e.getCode(), name, e.getMessageWithoutErrorCode());
        } catch (MongoServerException e) {
            throw ServerError.badValue(e.getMessageWithoutErrorCode());
        }
    }
}
