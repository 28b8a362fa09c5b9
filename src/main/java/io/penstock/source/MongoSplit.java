/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import org.apache.flink.api.connector.source.SourceSplit;

/** A share of the work: a range of a collection's {@code _id}s, or the change stream. Immutable. */
public sealed interface MongoSplit extends SourceSplit permits SnapshotSplit, StreamSplit {

    /** Whether nothing is left to read; such a split is kept until the enumerator is known to have heard of it. */
    boolean isFinished();
}
