/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.util.List;

/** A target. Its kind is chosen by the key {@code type}. */
public sealed interface SinkSpec extends Serializable
        permits FilesSinkSpec, KafkaSinkSpec, JdbcSinkSpec, MongoSinkSpec {

    /** The name, unique in the job: part of the uid under which the sink's state is kept. */
    String name();

    /** Which of the job's collections it exports; empty for all. */
    List<CollectionSelector> collections();

    /**
     * Whether a collection of the job is exported to this sink; the full name is {@code database.collection}. Compiles patterns: not for
     * each record.
     */
    default boolean exports(String fullName) {
        return collections().isEmpty() || collections().stream().anyMatch(selector -> selector.matches(fullName));
    }
}
