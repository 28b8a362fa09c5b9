/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * One entry of {@code collections}: a full name, or a regular expression between slashes that has to match a full name as
 * a whole.
 *
 * @param text as it stands in the job file, slashes included
 */
public record CollectionSelector(String text) implements Serializable {

    /** MongoDB's limit on a full name (since 4.4), and on a database's. */
    private static final int MAX_FULL_NAME_BYTES = 255;

    private static final int MAX_DATABASE_BYTES = 63;
    private static final Set<String> RESERVED_DATABASES = Set.of("admin", "local", "config");
    private static final Pattern NOT_IN_A_DATABASE = Pattern.compile("[/\\\\. \"$*<>:|?\\x00]");

    /**
     * Checks and takes over an entry.
     *
     * @throws IllegalArgumentException when it is neither the name of a collection that can be exported nor a regular
     *     expression; the message doesn't repeat the text
     */
    public static CollectionSelector parse(String text) {
        CollectionSelector selector = new CollectionSelector(text);
        if (selector.isPattern()) {
            try {
                selector.pattern();
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "the regular expression is wrong: " + e.getDescription() + " near character "
                                + (e.getIndex() + 1),
                        e);
            }
            return selector;
        }
        if (text.indexOf('*') >= 0) {
            // MongoDB allows an asterisk, but who writes one means a pattern; the odd name can be given as /a\.\*/.
            throw new IllegalArgumentException(
                    "an asterisk has no meaning here; a regular expression stands between slashes, as /geo\\..*/");
        }
        String wrong = wrongWithName(text);
        if (wrong != null) {
            throw new IllegalArgumentException(wrong);
        }
        return selector;
    }

    /** Whether this is a regular expression. */
    public boolean isPattern() {
        return text.length() > 2 && text.startsWith("/") && text.endsWith("/");
    }

    /** The regular expression, without its slashes; to be matched against a full name as a whole. */
    public Pattern pattern() {
        return Pattern.compile(text.substring(1, text.length() - 1));
    }

    /** Whether the collection is selected; the full name is {@code database.collection}. Compiles a pattern: not for each record. */
    public boolean matches(String fullName) {
        return isPattern() ? pattern().matcher(fullName).matches() : text.equals(fullName);
    }

    /** Whether there may be a collection that both select: two patterns may always, since nobody can tell. */
    boolean mayMeet(CollectionSelector other) {
        return (isPattern() && other.isPattern()) || matches(other.text()) || other.matches(text);
    }

    /** As it stands in the job file. */
    @Override
    public String toString() {
        return text;
    }

    /** The entries of a list that are not in another one, for messages; empty when there are none. */
    static String missing(List<CollectionSelector> from, List<CollectionSelector> in) {
        return in.stream()
                .filter(selector -> !from.contains(selector))
                .map(CollectionSelector::text)
                .collect(Collectors.joining(", "));
    }

    private static String wrongWithName(String name) {
        if (name.startsWith("/") != name.endsWith("/") || name.startsWith("/")) {
            return "a regular expression stands between two slashes";
        }
        int dot = name.indexOf('.');
        if (dot <= 0 || dot == name.length() - 1) {
            return "a full name is database.collection";
        }
        String database = name.substring(0, dot);
        String collection = name.substring(dot + 1);
        if (NOT_IN_A_DATABASE.matcher(database).find()
                || collection.indexOf('$') >= 0
                || collection.indexOf('\0') >= 0
                || collection.startsWith(".")
                || collection.endsWith(".")) {
            return "MongoDB doesn't allow this name (a regular expression stands between slashes)";
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_FULL_NAME_BYTES
                || database.getBytes(StandardCharsets.UTF_8).length > MAX_DATABASE_BYTES) {
            return "the name is too long: MongoDB allows " + MAX_FULL_NAME_BYTES + " bytes in all, "
                    + MAX_DATABASE_BYTES + " for the database";
        }
        if (RESERVED_DATABASES.contains(database)) {
            return "the server's own databases (admin, config, local) can't be exported";
        }
        if (collection.startsWith("system.")) {
            return "system collections can't be exported";
        }
        return null;
    }
}
