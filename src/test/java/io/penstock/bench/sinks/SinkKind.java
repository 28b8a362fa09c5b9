/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.bench.sinks;

import io.penstock.spec.MongoSinkSpec.Mode;
import java.nio.file.Path;
import java.util.Locale;

/** The sinks that are measured, as the command line spells them. */
public enum SinkKind {
    FILES_NDJSON(1) {
        @Override
        Comparison open(Path folder) {
            return new FilesComparison("ndjson", folder);
        }
    },
    FILES_BSON(1) {
        @Override
        Comparison open(Path folder) {
            return new FilesComparison("bson", folder);
        }
    },
    FILES_PARQUET(4) {
        @Override
        Comparison open(Path folder) {
            return new FilesComparison("parquet", folder);
        }
    },
    KAFKA_DEBEZIUM_JSON(10) {
        @Override
        Comparison open(Path folder) throws Exception {
            return new KafkaComparison("debezium-json", folder);
        }
    },
    KAFKA_JSON(10) {
        @Override
        Comparison open(Path folder) throws Exception {
            return new KafkaComparison("json", folder);
        }
    },
    JDBC(10) {
        @Override
        Comparison open(Path folder) throws Exception {
            return new PostgresComparison();
        }
    },
    MONGODB_TRANSACTIONAL(20) {
        @Override
        Comparison open(Path folder) throws Exception {
            return new MongoComparison(Mode.TRANSACTIONAL);
        }
    },
    MONGODB_UPSERT(20) {
        @Override
        Comparison open(Path folder) throws Exception {
            return new MongoComparison(Mode.UPSERT);
        }
    };

    private final int fewer;

    /** @param fewer into how many parts its documents are divided, of which it takes one: a turn is then about as long for each sink */
    SinkKind(int fewer) {
        this.fewer = fewer;
    }

    /** How many changes it gets, of so many documents in all. */
    int changes(int documents) {
        return Math.max(1, documents / fewer);
    }

    /** Starts its target; in a folder of its own, where it is files. */
    abstract Comparison open(Path folder) throws Exception;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
