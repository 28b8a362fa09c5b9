/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.text.Normalizer;
import java.util.Locale;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * A collation, as far as this server has it: which strings are one (by case, by accents). Strings that differ are ordered by
 * their folded bytes, which the server's own order of a language refines.
 */
final class Collation {
    private static final int DEFAULT_STRENGTH = 3;

    private final BsonDocument spec;
    private final int strength;
    private final Locale locale;

    private Collation(BsonDocument spec) {
        this.spec = spec;
        this.strength =
                spec.getNumber("strength", new BsonInt32(DEFAULT_STRENGTH)).intValue();
        this.locale = Locale.forLanguageTag(spec.getString("locale").getValue().replace('_', '-'));
    }

    /** The collation, or null for none and for the simple one. */
    static Collation of(BsonDocument spec) {
        if (spec == null || isSimple(spec)) {
            return null;
        }
        if (!spec.isString("locale")) {
            throw ServerError.location(40414, "BSON field 'collation.locale' is missing but a required field");
        }
        return new Collation(spec);
    }

    static boolean isSimple(BsonDocument spec) {
        return spec.isString("locale") && spec.getString("locale").getValue().equals("simple");
    }

    BsonDocument spec() {
        return spec;
    }

    /** The value with every string folded: what the collation holds for the same is equal afterwards. */
    BsonValue fold(BsonValue value) {
        return switch (value.getBsonType()) {
            case STRING -> new BsonString(fold(value.asString().getValue()));
            case DOCUMENT -> {
                BsonDocument folded = new BsonDocument();
                value.asDocument().forEach((name, field) -> folded.put(name, fold(field)));
                yield folded;
            }
            case ARRAY -> new BsonArray(value.asArray().stream().map(this::fold).toList());
            default -> value;
        };
    }

    private String fold(String text) {
        if (strength >= DEFAULT_STRENGTH) {
            return text;
        }
        String folded = text.toUpperCase(locale).toLowerCase(locale);
        return strength == 1 ? Normalizer.normalize(folded, Normalizer.Form.NFD).replaceAll("\\p{M}+", "") : folded;
    }
}
