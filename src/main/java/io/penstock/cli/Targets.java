/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.sink.files.ExportReader;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.spec.JdbcSinkSpec;
import io.penstock.spec.JobSpec;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.MongoSinkSpec;
import io.penstock.spec.SinkSpec;
import java.io.IOException;

/** What a start needs to know of its targets. */
final class Targets {
    private Targets() {}

    /**
     * Refuses a start from the beginning when its target holds an export already: everything in it would be there a second
     * time.
     *
     * @param wanted whether the user asked to begin anew; else there is nothing to continue from
     * @throws Failure when the folder of a files sink holds committed files
     */
    static void requireEmpty(JobSpec job, boolean wanted) throws IOException {
        for (SinkSpec sink : job.sinks()) {
            if (sink instanceof FilesSinkSpec files
                    && !ExportReader.files(files.path()).isEmpty()) {
                String why =
                        wanted ? "" : ", and " + job.pipeline().stateDir() + " has no checkpoint to continue it from";
                if (!wanted && job.metadata() != null) {
                    why +=
                            " (when it is lost: source.startup.mode: progress goes on from what the metadata store knows)";
                }
                throw Failure.failed("the export in " + files.path() + " is not empty" + why
                        + ": exporting from the beginning would double what is there."
                        + " Move it away, or give the sink another path");
            }
        }
    }

    /** A target in a few words. */
    static String describe(SinkSpec sink) {
        if (sink instanceof FilesSinkSpec files) {
            return "files in " + files.path();
        }
        if (sink instanceof JdbcSinkSpec jdbc) {
            return "PostgreSQL tables " + jdbc.schema() + "." + jdbc.table();
        }
        if (sink instanceof MongoSinkSpec mongo) {
            return "MongoDB collections " + mongo.database() + "." + mongo.collection();
        }
        KafkaSinkSpec kafka = (KafkaSinkSpec) sink;
        return "Kafka topic " + kafka.topic() + " at " + kafka.bootstrapServers();
    }
}
