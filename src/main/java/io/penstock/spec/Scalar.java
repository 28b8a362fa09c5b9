/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A kind of value that is written as one word or text.
 *
 * @param type the Java type
 * @param expected what a reader of the file is told to write
 * @param tags YAML's own kinds that are accepted; a text from the environment always is
 * @param parser takes the text, throws IllegalArgumentException or ArithmeticException when it is no such value
 */
record Scalar<T>(Class<T> type, String expected, List<Tag> tags, Function<String, T> parser) {

    private static final List<Scalar<?>> ALL = List.of(
            new Scalar<>(String.class, "a line of text", List.of(Tag.STR, Tag.TIMESTAMP), Scalar::parseLine),
            new Scalar<>(Secret.class, "a text", List.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL), Secret::of),
            new Scalar<>(CollectionSelector.class, "a collection", List.of(Tag.STR), CollectionSelector::parse),
            new Scalar<>(boolean.class, "true or false", List.of(Tag.BOOL), Scalar::parseBoolean),
            new Scalar<>(int.class, "a whole number", List.of(Tag.INT), text -> Integer.valueOf(digits(text))),
            new Scalar<>(long.class, "a whole number", List.of(Tag.INT), text -> Long.valueOf(digits(text))),
            new Scalar<>(double.class, "a number", List.of(Tag.INT, Tag.FLOAT), text -> Double.valueOf(decimal(text))),
            new Scalar<>(Duration.class, "a duration such as 5 s", List.of(Tag.STR, Tag.INT), TimeUtils::parseDuration),
            new Scalar<>(MemorySize.class, "a size such as 64 mb", List.of(Tag.STR, Tag.INT), MemorySize::parse),
            new Scalar<>(
                    Instant.class,
                    "a time such as 2026-11-01T00:00:00Z, or milliseconds since 1970",
                    List.of(Tag.STR, Tag.TIMESTAMP, Tag.INT),
                    Scalar::parseInstant));

    static boolean knows(Class<?> type) {
        return ALL.stream().anyMatch(scalar -> scalar.type == type);
    }

    static Scalar<?> of(Class<?> type) {
        return ALL.stream().filter(scalar -> scalar.type == type).findFirst().orElseThrow();
    }

    /** None of the texts has a use for a line break or another control character: a block by mistake, a slip in an escape. */
    private static String parseLine(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static Boolean parseBoolean(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException();
        }
        return text.equals("true");
    }

    /** Plain decimal digits only: YAML 1.1's octal, sexagesimal and underscored numbers surprise more people than they serve. */
    private static String digits(String text) {
        if (!text.matches("-?(0|[1-9][0-9]*)")) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static String decimal(String text) {
        if (!text.matches("-?(0|[1-9][0-9]*)([.][0-9]+)?")) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static Instant parseInstant(String text) {
        if (text.matches("[0-9]+")) {
            return Instant.ofEpochMilli(Long.parseLong(text));
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
