/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.RawBsonDocument;

/** A target in processes of its own, which can go away and come back with what it has acknowledged. Used by one thread. */
interface Target extends AutoCloseable {
    /** Starts one; what it keeps goes below a folder. */
    @FunctionalInterface
    interface Start {
        /**
         * @param disk a small one for what it keeps, where it is to be filled
         * @param outsidePort the port that the job is to reach it through
         */
        Target in(Path folder, boolean disk, int outsidePort) throws Exception;
    }

    /** All of them, by their names on the command line. */
    Map<String, Start> ALL = Map.of(
            "postgres", (folder, disk, outsidePort) -> PostgresTable.start(folder, disk, outsidePort),
            "kafka", (folder, disk, outsidePort) -> KafkaLog.start(folder, disk, outsidePort),
            "mongodb", (folder, disk, outsidePort) -> MongoCopy.start(folder, outsidePort));

    /** In the order of the table. */
    List<String> NAMES = List.of("postgres", "kafka", "mongodb");

    /**
     * What it holds.
     *
     * @param documents by canonical key
     * @param doubled documents, or changes, that are there more than once
     * @param backwards changes before an older one of their key
     */
    record Content(Map<String, ?> documents, int doubled, int backwards) {}

    /** A sink of a job file, which reaches it through the port that it was started for. */
    String sink();

    /** Where that leads to at present. */
    int port();

    /** Goes away; by {@link Way#CUT} it does not, only its network. */
    void leave(Way way) throws Exception;

    /** Comes back; open when this returns. */
    void comeBack(Way way) throws Exception;

    Content read() throws IOException;

    /** How documents of the source look in {@link Content#documents()}. */
    Map<String, ?> expected(Iterable<RawBsonDocument> documents);

    /** What is wrong with changes that it keeps besides the last ones; nothing in a target that keeps those only. */
    default List<String> differences(History history) throws IOException {
        return List.of();
    }

    /** A small disk for a folder, or none when none is asked for. */
    static Optional<Disk> disk(Path folder, boolean wanted) throws IOException, InterruptedException {
        return wanted ? Disk.mount(folder) : Optional.empty();
    }
}
