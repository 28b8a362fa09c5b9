/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;

/** The topology of a files sink, with something of a test's around its committer. */
public final class FilesInParts {
    private FilesInParts() {}

    /** As {@link FilesSink#commit} does, by a sink around it. */
    public static void commit(Sink<FilesCommittable> sink, DataStream<FilesCommittable> written, String name) {
        FilesSink.commit(sink, written, name);
    }
}
