/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import io.penstock.record.Namespace;
import io.penstock.source.server.CollectionInfo;
import io.penstock.spec.CollectionSelector;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * The namespaces that are watched, and how the server is asked for their events.
 *
 * <p>The filter compares {@code ns} as a whole, or its fields with regular expressions, never a computed field: only the
 * former can be pushed down to the oplog scan (a plain equality was ten times faster). A pattern that cannot be parted into
 * one for the database and one for the collection narrows nothing on the server; here it always applies as a whole.
 */
public final class Scope implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Collections that the server makes on the way to others; they come into the scope by the rename that ends them. */
    private static final Pattern PASSING =
            Pattern.compile("tmp\\.agg_out\\..*|tmp.{5}\\.(convertToCapped|renameCollection).*");

    private static final String NAME = "[\\w-]+";

    /** Characters, dots, classes of letters and digits, simple repetitions. */
    private static final String PLAIN_EXPRESSION = "(?:(?:[\\w-]|\\\\?\\.|\\\\[dw]|\\[[\\w-]+])[*+?]?)+";

    private final TreeSet<String> fullNames;
    private final List<Pattern> patterns;
    private transient Set<Namespace> names;

    /**
     * A scope.
     *
     * @param names collections by name
     * @param patterns regular expressions that a full name matches as a whole
     */
    public Scope(Set<Namespace> names, List<Pattern> patterns) {
        this.fullNames = new TreeSet<>();
        names.forEach(name -> fullNames.add(name.toString()));
        this.patterns = List.copyOf(patterns);
    }

    /** The scope of a job file's {@code collections}. */
    public static Scope of(List<CollectionSelector> selectors) {
        Set<Namespace> names = new HashSet<>();
        List<Pattern> patterns = new ArrayList<>();
        for (CollectionSelector selector : selectors) {
            if (selector.isPattern()) {
                patterns.add(selector.pattern());
            } else {
                names.add(Namespace.parse(selector.text()));
            }
        }
        return new Scope(names, patterns);
    }

    /**
     * The collections that are watched and can be exported, in order.
     *
     * @throws IllegalArgumentException when one that is given by name cannot be
     */
    public List<Namespace> exportable(List<CollectionInfo> listed) {
        List<Namespace> collections = new ArrayList<>();
        for (CollectionInfo info : listed) {
            if (matches(info.namespace())) {
                if (info.isExportable()) {
                    collections.add(info.namespace());
                } else if (names().contains(info.namespace())) {
                    throw new IllegalArgumentException(
                            info.namespace() + " is a " + info.type()
                                    + ": it has no change stream, so it cannot be exported; name the collections it is made of");
                }
            }
        }
        collections.sort(null);
        return List.copyOf(collections);
    }

    /** Whether a namespace is watched. */
    public boolean matches(Namespace namespace) {
        if (namespace == null) {
            return false;
        }
        if (names().contains(namespace)) {
            return true;
        }
        if (patterns.isEmpty()
                || namespace.collection().startsWith("system.")
                || PASSING.matcher(namespace.collection()).matches()) {
            return false;
        }
        String fullName = namespace.toString();
        return patterns.stream().anyMatch(pattern -> pattern.matcher(fullName).matches());
    }

    /** The collections given by name; each is expected to be there, or to come. */
    public Set<Namespace> names() {
        if (names == null) {
            names = fullNames.stream().map(Namespace::parse).collect(Collectors.toUnmodifiableSet());
        }
        return names;
    }

    /** The patterns, in no particular order. */
    public List<Pattern> patterns() {
        return patterns;
    }

    /** The one database of all watched namespaces; null when there may be several: then the whole deployment is watched. */
    public String database() {
        Set<String> databases = new HashSet<>();
        names().forEach(name -> databases.add(name.database()));
        for (Pattern pattern : patterns) {
            String[] parts = parts(pattern);
            databases.add(parts == null ? null : parts[0]);
        }
        return databases.size() == 1 ? databases.iterator().next() : null;
    }

    /**
     * The {@code $match} behind {@code $changeStream}: events of a watched namespace, renames onto one, and whatever
     * ends a namespace (a filter on {@code ns} alone never sees a rename onto the collection, nor {@code $out}).
     */
    public BsonDocument match() {
        List<BsonDocument> any = new ArrayList<>();
        any.add(in("operationType", List.of(text("rename"), text("drop"), text("dropDatabase"), text("invalidate"))));
        List<BsonValue> plain = names().stream()
                .sorted()
                .<BsonValue>map(
                        name -> new BsonDocument("db", text(name.database())).append("coll", text(name.collection())))
                .toList();
        if (!plain.isEmpty()) {
            any.add(in("ns", plain));
            any.add(in("to", plain));
        }
        for (Pattern pattern : patterns) {
            String[] parts = parts(pattern);
            if (parts == null) {
                return new BsonDocument();
            }
            any.add(new BsonDocument("ns.db", text(parts[0]))
                    .append("ns.coll", new BsonRegularExpression("^(?:" + parts[1] + ")$")));
        }
        return new BsonDocument("$or", new BsonArray(any));
    }

    /** The same names and patterns, in whatever order. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Scope scope
                && fullNames.equals(scope.fullNames)
                && expressions().equals(scope.expressions());
    }

    @Override
    public int hashCode() {
        return 31 * fullNames.hashCode() + expressions().hashCode();
    }

    private Set<String> expressions() {
        return patterns.stream().map(Pattern::pattern).collect(Collectors.toSet());
    }

    private static BsonDocument in(String field, List<? extends BsonValue> values) {
        return new BsonDocument(
                field, values.size() == 1 ? values.get(0) : new BsonDocument("$in", new BsonArray(values)));
    }

    private static BsonString text(String value) {
        return new BsonString(value);
    }

    /**
     * A pattern's part before its first {@code \\.} and the rest; null when they may mean something else on their own. The first
     * has to be a plain name, for anything more could match a dot too; the rest must be free of alternations around it and of
     * what Java and the server may read differently.
     */
    private static String[] parts(Pattern pattern) {
        String expression = pattern.pattern();
        int dot = expression.indexOf("\\.");
        if (dot <= 0 || pattern.flags() != 0) {
            return null;
        }
        String database = expression.substring(0, dot);
        String collection = expression.substring(dot + 2);
        return database.matches(NAME) && collection.matches(PLAIN_EXPRESSION)
                ? new String[] {database, collection}
                : null;
    }
}
