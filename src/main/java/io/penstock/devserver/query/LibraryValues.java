/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver.query;

import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** Values as mongo-java-server's expressions know them; what they do not know travels through them untouched. */
final class LibraryValues {
    private LibraryValues() {}

    /** A value that the library has no class for; it can be carried, not looked into. */
    private record Carried(BsonValue value) {}

    static Document toLibrary(BsonDocument document) {
        Document copy = new Document();
        document.forEach((name, value) -> copy.put(name, toLibrary(value)));
        return copy;
    }

    static Object toLibrary(BsonValue value) {
        return switch (value.getBsonType()) {
            case DOCUMENT -> toLibrary(value.asDocument());
            case ARRAY -> {
                List<Object> copy = new ArrayList<>();
                value.asArray().forEach(element -> copy.add(toLibrary(element)));
                yield copy;
            }
            case INT32 -> value.asInt32().getValue();
            case INT64 -> value.asInt64().getValue();
            case DOUBLE -> value.asDouble().getValue();
            case DECIMAL128 -> new Decimal128(
                    value.asDecimal128().getValue().getLow(),
                    value.asDecimal128().getValue().getHigh());
            case STRING -> value.asString().getValue();
            case BOOLEAN -> value.asBoolean().getValue();
            case NULL -> null;
            case DATE_TIME -> Instant.ofEpochMilli(value.asDateTime().getValue());
            case TIMESTAMP -> new de.bwaldvogel.mongo.bson.BsonTimestamp(
                    value.asTimestamp().getValue());
            case OBJECT_ID -> new ObjectId(value.asObjectId().getValue().toByteArray());
            case REGULAR_EXPRESSION -> new de.bwaldvogel.mongo.bson.BsonRegularExpression(
                    value.asRegularExpression().getPattern(),
                    value.asRegularExpression().getOptions());
            case MIN_KEY -> MinKey.getInstance();
            case MAX_KEY -> MaxKey.getInstance();
            case BINARY -> binary(value.asBinary());
            default -> new Carried(value);
        };
    }

    private static Object binary(BsonBinary binary) {
        if (binary.getType() == BsonBinarySubType.BINARY.getValue()) {
            return new BinData(binary.getData());
        }
        boolean uuid = binary.getType() == BsonBinarySubType.UUID_STANDARD.getValue() && binary.getData().length == 16;
        return uuid ? binary.asUuid() : new Carried(binary);
    }

    static BsonDocument fromLibrary(Document document) {
        BsonDocument copy = new BsonDocument();
        for (Map.Entry<String, Object> field : document.entrySet()) {
            if (!(field.getValue() instanceof Missing)) {
                copy.put(field.getKey(), fromLibrary(field.getValue()));
            }
        }
        return copy;
    }

    static BsonValue fromLibrary(Object value) {
        if (value == null || value instanceof Missing) {
            return BsonNull.VALUE;
        } else if (value instanceof Document document) {
            return fromLibrary(document);
        } else if (value instanceof Collection<?> collection) {
            BsonArray copy = new BsonArray();
            collection.forEach(element -> copy.add(fromLibrary(element)));
            return copy;
        } else if (value instanceof Carried carried) {
            return carried.value();
        } else if (value instanceof Number number) {
            return number(number);
        } else if (value instanceof String text) {
            return new BsonString(text);
        } else if (value instanceof Boolean truth) {
            return BsonBoolean.valueOf(truth);
        } else if (value instanceof Instant instant) {
            return new BsonDateTime(instant.toEpochMilli());
        } else if (value instanceof ObjectId id) {
            return new BsonObjectId(new org.bson.types.ObjectId(id.toByteArray()));
        }
        return rare(value);
    }

    private static BsonValue number(Number number) {
        if (number instanceof Integer) {
            return new BsonInt32(number.intValue());
        } else if (number instanceof Double || number instanceof Float) {
            return new BsonDouble(number.doubleValue());
        } else if (number instanceof Decimal128 decimal) {
            return new BsonDecimal128(
                    org.bson.types.Decimal128.fromIEEE754BIDEncoding(decimal.getHigh(), decimal.getLow()));
        }
        return new BsonInt64(number.longValue());
    }

    private static BsonValue rare(Object value) {
        if (value instanceof de.bwaldvogel.mongo.bson.BsonTimestamp time) {
            return new BsonTimestamp(time.getValue());
        } else if (value instanceof BinData data) {
            return new BsonBinary(data.getData());
        } else if (value instanceof UUID uuid) {
            return new BsonBinary(uuid);
        } else if (value instanceof de.bwaldvogel.mongo.bson.BsonRegularExpression regex) {
            return new BsonRegularExpression(regex.getPattern(), regex.getOptions() == null ? "" : regex.getOptions());
        } else if (value instanceof MinKey) {
            return new BsonMinKey();
        } else if (value instanceof MaxKey) {
            return new BsonMaxKey();
        }
        throw new IllegalStateException("no BSON for " + value.getClass());
    }
}
