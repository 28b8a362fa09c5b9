/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the records and enumerations of the model say about themselves. */
final class Keys {

    /**
     * One key of a section.
     *
     * @param name in kebab-case
     * @param type the component's type
     * @param key its description
     */
    record Entry(String name, Type type, Key key) {

        /** Whether the file is wrong without it. */
        boolean required() {
            return key.fallback().isEmpty()
                    && !key.optional()
                    && !(type instanceof Class<?> section
                            && section.isRecord()
                            && !Scalar.knows(section)
                            && entries(section).stream().noneMatch(Entry::required));
        }
    }

    private Keys() {}

    /** The keys of a section, in the order of the record's components. */
    static List<Entry> entries(Class<?> section) {
        return Arrays.stream(section.getRecordComponents()).map(Keys::entry).toList();
    }

    private static Entry entry(RecordComponent component) {
        return new Entry(kebab(component.getName()), component.getGenericType(), component.getAnnotation(Key.class));
    }

    /** The words by which a constant of an enumeration, or a kind of a sealed section, is written; the documented one first. */
    static List<String> spellings(Object named) {
        AnnotatedElement element = named instanceof Enum<?> constant ? field(constant) : (Class<?>) named;
        Spelling spelling = element.getAnnotation(Spelling.class);
        return spelling != null ? List.of(spelling.value()) : List.of(kebab(((Enum<?>) named).name()));
    }

    /** Planned keys or values of a type. */
    static Set<String> notBuiltYet(Class<?> type) {
        NotBuiltYet planned = type.getAnnotation(NotBuiltYet.class);
        return planned == null ? Set.of() : Set.of(planned.value());
    }

    /** The argument of a list, the second argument of a map. */
    static Type lastArgument(Type type) {
        Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
        return arguments[arguments.length - 1];
    }

    static boolean isList(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() == List.class;
    }

    static boolean isMap(Type type) {
        return type instanceof ParameterizedType generic && !isList(type);
    }

    private static String kebab(String name) {
        return name.equals(name.toUpperCase(Locale.ROOT))
                ? name.toLowerCase(Locale.ROOT).replace('_', '-')
                : name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static AnnotatedElement field(Enum<?> constant) {
        try {
            return constant.getDeclaringClass().getField(constant.name());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }
}
