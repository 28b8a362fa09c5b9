/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import io.penstock.devserver.ServerError;
import io.penstock.record.BsonOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** Update operators, each on one path. */
final class Operators {
    private Operators() {}

    /** Refuses what is no operator, and paths that are written twice. */
    static void check(BsonDocument operators) {
        List<String> paths = new ArrayList<>();
        for (Map.Entry<String, BsonValue> operator : operators.entrySet()) {
            if (!operator.getKey().startsWith("$")) {
                throw ServerError.failedToParse("Unknown modifier: " + operator.getKey()
                        + ". Expected a valid update modifier or pipeline-style update specified as an array");
            }
            if (!operator.getValue().isDocument()) {
                throw ServerError.failedToParse("Modifiers operate on fields but we found type "
                        + TypeNames.of(operator.getValue().getBsonType()) + " instead.");
            }
            for (Map.Entry<String, BsonValue> field :
                    operator.getValue().asDocument().entrySet()) {
                addPath(paths, field.getKey());
                if (operator.getKey().equals("$rename")) {
                    addPath(paths, field.getValue().asString().getValue());
                }
            }
        }
    }

    private static void addPath(List<String> paths, String path) {
        if (path.isEmpty()) {
            throw new ServerError(56, "EmptyFieldName", "An empty update path is not valid.");
        }
        for (String other : paths) {
            if (other.equals(path) || other.startsWith(path + ".") || path.startsWith(other + ".")) {
                String shorter = other.length() < path.length() ? other : path;
                throw new ServerError(
                        40,
                        "ConflictingUpdateOperators",
                        "Updating the path '" + path + "' would create a conflict at '" + shorter + "'");
            }
        }
        paths.add(path);
    }

    static void apply(Target target, String operator, String[] path, BsonValue operand, Update.Context context) {
        switch (operator) {
            case "$set", "$setOnInsert" -> set(target, path, operand);
            case "$unset" -> target.remove(path);
            case "$inc", "$mul" -> arithmetic(target, operator, path, operand);
            case "$min", "$max" -> extreme(target, operator.equals("$min"), path, operand);
            case "$rename" -> rename(target, path, operand);
            case "$currentDate" -> set(target, path, now(operand, context));
            case "$bit" -> set(target, path, Numbers.bits(target.get(path), operand.asDocument()));
            case "$push", "$addToSet", "$pull", "$pullAll", "$pop" -> ArrayOperators.apply(
                    target, operator, path, operand);
            default -> throw ServerError.failedToParse("Unknown modifier: " + operator
                    + ". Expected a valid update modifier or pipeline-style update specified as an array");
        }
    }

    private static void set(Target target, String[] path, BsonValue value) {
        if (!Sizes.same(target.get(path), value)) {
            target.set(path, value);
        }
    }

    private static void arithmetic(Target target, String operator, String[] path, BsonValue operand) {
        BsonValue old = target.get(path);
        boolean sum = operator.equals("$inc");
        if (!operand.isNumber()) {
            throw ServerError.typeMismatch("Cannot " + (sum ? "increment" : "multiply")
                    + " with non-numeric argument: {" + String.join(".", path) + ": " + operand + "}");
        }
        if (old == null) {
            set(target, path, sum ? operand : Numbers.multiply(operand, new BsonInt32(0)));
        } else if (!old.isNumber()) {
            throw ServerError.typeMismatch("Cannot apply " + operator + " to a value of non-numeric type. The field '"
                    + path[path.length - 1] + "' is of non-numeric type " + TypeNames.of(old.getBsonType()));
        } else {
            set(target, path, sum ? Numbers.add(old, operand) : Numbers.multiply(old, operand));
        }
    }

    private static void extreme(Target target, boolean least, String[] path, BsonValue operand) {
        BsonValue old = target.get(path);
        int order = old == null ? 0 : BsonOrder.ASCENDING.compare(operand, old);
        if (old == null || (least ? order < 0 : order > 0)) {
            target.set(path, operand);
        }
    }

    private static void rename(Target target, String[] path, BsonValue operand) {
        BsonValue value = target.get(path);
        if (value != null) {
            String[] to = Paths.split(operand.asString().getValue());
            // As the server does: a field that is there keeps its place, which its change event could not tell.
            set(target, to, value);
            target.remove(path);
        }
    }

    private static BsonValue now(BsonValue operand, Update.Context context) {
        boolean timestamp = operand.isDocument()
                && operand.asDocument().getString("$type").getValue().equals("timestamp");
        return timestamp ? new BsonTimestamp((int) (context.millis() / 1000), 1) : new BsonDateTime(context.millis());
    }
}
