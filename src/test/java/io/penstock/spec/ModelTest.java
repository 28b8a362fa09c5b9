/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ObjectStreamClass;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the parser and the generators rely on holds for every record of the model. */
class ModelTest {

    /** All sections, those of each kind of sink included. */
    static Stream<Class<?>> sections() {
        List<Class<?>> sections = new ArrayList<>();
        collect(JobSpec.class, sections);
        return sections.stream();
    }

    private static void collect(Type type, List<Class<?>> sections) {
        if (Keys.isList(type)) {
            collect(Keys.lastArgument(type), sections);
        } else if (type instanceof Class<?> plain && plain.isSealed()) {
            Arrays.stream(plain.getPermittedSubclasses()).forEach(kind -> collect(kind, sections));
        } else if (type instanceof Class<?> plain && plain.isRecord() && !Scalar.knows(plain)) {
            sections.add(plain);
            Keys.entries(plain).forEach(entry -> collect(entry.type(), sections));
        }
    }

    @Test
    void thereAreSectionsToLookAt() {
        assertThat(sections()).contains(JobSpec.class, RestartSpec.class, KafkaSinkSpec.class);
    }

    @ParameterizedTest
    @MethodSource("sections")
    void everyKeySaysWhatItMeans(Class<?> section) {
        assertThat(Keys.entries(section)).allSatisfy(entry -> {
            assertThat(entry.key()).as(entry.name()).isNotNull();
            assertThat(entry.key().value()).matches("(?s)[`A-Z].*[.…]");
        });
    }

    /** Else a file in which such a key is wrong could not be bound any further. */
    @ParameterizedTest
    @MethodSource("sections")
    void numbersAndEnumerationsHaveFallbacks(Class<?> section) {
        assertThat(Keys.entries(section))
                .filteredOn(entry -> entry.type() instanceof Class<?> plain && (plain.isPrimitive() || plain.isEnum()))
                .allSatisfy(entry ->
                        assertThat(entry.key().fallback()).as(entry.name()).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("sections")
    void sectionsCanTravel(Class<?> section) {
        assertThat(ObjectStreamClass.lookup(section)).as("serializable").isNotNull();
    }

    /** Every fallback is a valid value: a job that gives required keys only has all of them. */
    @Test
    void fallbacksAreValid() {
        JobSpec.parse(
                "a.yaml",
                """
                name: a
                source: {collections: [a.b]}
                sinks:
                  - {type: files, path: out}
                  - {type: kafka, bootstrap-servers: h, topic: t}
                  - {type: jdbc, url: "jdbc:postgresql://h/d"}
                  - {type: mongodb, uri: "mongodb://h"}
                """,
                Map.<String, String>of()::get);
    }
}
