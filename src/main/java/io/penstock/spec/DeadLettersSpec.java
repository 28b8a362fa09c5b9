/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.util.Map;

/**
 * Where a job's dead letters are kept, and how many there may be.
 *
 * @param type of a job file that was read never {@link Type#AUTO}
 * @param path null but for {@link Type#FILES}
 * @param bootstrapServers null but for {@link Type#KAFKA}
 * @param topic null but for {@link Type#KAFKA}
 * @param properties of Kafka's clients, passed through; may hold passwords, hence secrets
 * @param maxRate 0 to 1
 */
public record DeadLettersSpec(
        @Key(
                        value =
                                "`metadata`: in the metadata store. `files`: in a folder. `kafka`: in a"
                                        + " compacted topic. `auto`: in the metadata store of a job that has one, else in files.",
                        fallback = "auto")
                Type type,
        @Key(
                        value =
                                "With `type: files`: the folder, a path or a URI of one of Flink's file systems (`s3://…`)."
                                        + " By default `dead-letters` in `pipeline.state-dir`.",
                        optional = true)
                String path,
        @Key(
                        value =
                                "With `type: kafka`, where it is required: brokers to begin with, as `host:port`, separated by commas.",
                        optional = true)
                String bootstrapServers,
        @Key(
                        value =
                                "With `type: kafka`: the topic, which is created unless it is there, and is the job's alone."
                                        + " By default `<job>-dead-letters`.",
                        optional = true,
                        pattern = "[a-zA-Z0-9._-]{1,249}")
                String topic,
        @Key(
                        value =
                                "With `type: kafka`: properties of Kafka's clients, passed through: `security.protocol`, `sasl.jaas.config`, …",
                        fallback = "{}")
                Map<String, Secret> properties,
        @Key(
                        value =
                                "How many letters of one sink may be open, neither replayed nor purged. One more stops the job; 0 stops it at the"
                                        + " first change that a target refuses.",
                        fallback = "1000",
                        min = "0")
                long maxCount,
        @Key(
                        value =
                                "Which share of a sink's changes may be refused: of those of a checkpoint, or of 1,000 when those are fewer."
                                        + " A greater one stops the job.",
                        fallback = "0.05",
                        min = "0",
                        max = "1")
                double maxRate)
        implements Serializable {
    /** The name of the folder that stands for a path that was left out. */
    private static final String FOLDER = "dead-letters";

    /** The kind of place. */
    public enum Type {
        AUTO,
        METADATA,
        FILES,
        KAFKA
    }

    /** The same in another folder. */
    DeadLettersSpec withPath(String other) {
        return new DeadLettersSpec(type, other, bootstrapServers, topic, properties, maxCount, maxRate);
    }

    /** With what depends on the rest of the job in the place of what was left out. */
    DeadLettersSpec filled(String job, boolean hasMetadata, String stateDir) {
        Type known = type != Type.AUTO ? type : hasMetadata ? Type.METADATA : Type.FILES;
        return new DeadLettersSpec(
                known,
                path != null || known != Type.FILES ? path : stateDir + "/" + FOLDER,
                bootstrapServers,
                topic != null || known != Type.KAFKA ? topic : job + "-" + FOLDER,
                properties,
                maxCount,
                maxRate);
    }
}
