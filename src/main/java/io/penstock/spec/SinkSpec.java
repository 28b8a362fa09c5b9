/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;

/** A target. Its kind is chosen by the key {@code type}. */
public sealed interface SinkSpec extends Serializable
        permits FilesSinkSpec, KafkaSinkSpec, JdbcSinkSpec, MongoSinkSpec {

    /** The name, unique in the job: part of the uid under which the sink's state is kept. */
    String name();
}
