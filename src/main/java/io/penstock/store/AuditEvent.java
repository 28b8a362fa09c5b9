/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was done to a job, for its {@link AuditLog}.
 *
 * @param action one word, such as {@code start} or {@code rollback}
 * @param details what one may want to know of it later, in plain text and without secrets; a name begins with a letter and has no dots,
 *     so that it can name a field of a document
 */
public record AuditEvent(String action, SortedMap<String, String> details) {
    private static final String ACTION = "[a-z-]+";
    private static final String NAME = "[A-Za-z][A-Za-z0-9]*";

    public AuditEvent {
        if (!action.matches(ACTION)) {
            throw new IllegalArgumentException("an action is a word in lower case, this is '" + action + "'");
        }
        details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
        details.forEach((name, value) -> {
            Objects.requireNonNull(value);
            if (!name.matches(NAME)) {
                throw new IllegalArgumentException(
                        "a detail's name has letters and digits only, this is '" + name + "'");
            }
        });
    }

    /** An event without details. */
    public static AuditEvent of(String action) {
        return new AuditEvent(action, new TreeMap<>());
    }

    /** The same with one more detail. */
    public AuditEvent with(String name, Object value) {
        return with(Map.of(name, value.toString()));
    }

    /** The same with more details. */
    public AuditEvent with(Map<String, String> more) {
        SortedMap<String, String> all = new TreeMap<>(details);
        all.putAll(more);
        return new AuditEvent(action, all);
    }
}
