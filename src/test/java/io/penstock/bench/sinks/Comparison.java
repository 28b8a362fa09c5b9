/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench.sinks;

import io.penstock.record.ChangeRecord;
import io.penstock.spec.JobSpec;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * A sink, and the client of its target: two ways into one place. The client writes what the sink has left there once, so both write the
 * same.
 */
interface Comparison extends AutoCloseable {
    /** The sink's section of a job file, as a mapping in one line, into the place that {@link #clear} has made. */
    String section();

    /** Puts the sink behind changes, as the job does. */
    void attach(DataStream<ChangeRecord> changes, JobSpec spec) throws IOException;

    /** Makes the place anew, with nothing in it; before each writing. */
    void clear() throws Exception;

    /** How many changes whoever reads the place sees in it. */
    long visible() throws Exception;

    /** Takes out of the place what the sink has left there, for the client to write; returns how many bytes that are. */
    long keep() throws Exception;

    /** The client's ways, by name, in the order in which they are printed. */
    Map<String, Client> clients();

    @Override
    void close() throws Exception;

    /** One way of writing what was kept. */
    @FunctionalInterface
    interface Client {
        /**
         * Writes until it is committed.
         *
         * @return how long it took, in nanoseconds, without connecting
         */
        long write() throws Exception;
    }
}
