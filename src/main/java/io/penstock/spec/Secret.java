/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A text that must not be seen: an address with a password, a login. What is kept, compared and serialised is its
 * template, the text of the job file with placeholders such as <code>${MONGODB_URI}</code> or
 * <code>${file:/run/secrets/mongodb}</code>; so a job graph never holds the value. The value is found in the environment, or in a file, of
 * the process that asks for it, on a cluster the TaskManager's or the JobManager's.
 */
public final class Secret implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String template;
    private final transient String value;

    private Secret(String template, String value) {
        this.template = template;
        this.value = value;
    }

    /** A secret whose value is the text itself, for addresses that need no password; it travels as it is. */
    public static Secret of(String text) {
        return new Secret(text.replace("$", "$$"), text);
    }

    static Secret resolved(String template, Function<String, String> environment) {
        return new Secret(template, Placeholders.resolve(template, environment));
    }

    static Secret unresolved(String template) {
        return new Secret(template, null);
    }

    /** The text as it stands in the job file. May hold what the user wrote there in the clear, so it is not for logs either. */
    public String template() {
        return template;
    }

    /**
     * The value: the one found when the job file was parsed, else, after it has travelled, from this process's
     * environment. To be called in {@code open()} and the like, and not to be kept in a field that is serialised.
     *
     * @throws SecretNotSetException when a variable isn't set here; names the variable
     */
    public String reveal() {
        if (value != null) {
            return value;
        }
        List<String> wrong = Placeholders.wrong(template, System::getenv, Set.of());
        if (!wrong.isEmpty()) {
            throw new SecretNotSetException(String.join("; ", wrong));
        }
        return reveal(System::getenv);
    }

    /** The value under the given environment, which returns null for a variable that isn't set. */
    public String reveal(Function<String, String> environment) {
        return Placeholders.resolve(template, environment);
    }

    /** The value that was found when the job file was parsed; empty after travelling. */
    Optional<String> value() {
        return Optional.ofNullable(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && template.equals(that.template);
    }

    @Override
    public int hashCode() {
        return template.hashCode();
    }

    /** Never the value. */
    @Override
    public String toString() {
        return "<redacted>";
    }
}
