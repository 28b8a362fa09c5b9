/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;

/** All commands that are answered at once, by name. */
final class Commands {
    /** Those whose reply waits for the disk; what is not there is not visible either, so there is no faster way. */
    private static final Set<String> WRITES = Set.of(
            "insert",
            "update",
            "delete",
            "findAndModify",
            "findandmodify",
            "commitTransaction",
            "create",
            "drop",
            "dropDatabase",
            "renameCollection",
            "createIndexes",
            "dropIndexes",
            "collMod",
            "convertToCapped");

    private final Map<String, Command> byName = new HashMap<>();

    boolean isWrite(Request request) {
        BsonArray stages = request.array("pipeline");
        BsonValue last = stages.isEmpty() ? BsonNull.VALUE : stages.get(stages.size() - 1);
        boolean output = last.isDocument()
                && (last.asDocument().containsKey("$out") || last.asDocument().containsKey("$merge"));
        return output || WRITES.contains(request.name());
    }

    void add(String name, Command command) {
        byName.put(name, command);
    }

    void add(String name, Supplier<BsonDocument> reply) {
        byName.put(name, request -> reply.get());
    }

    /** @throws ServerError 59 for a command that there is not */
    BsonDocument run(Request request) {
        Command command = byName.get(request.name());
        if (command == null) {
            throw new ServerError(59, "CommandNotFound", "no such command: '" + request.name() + "'");
        }
        return command.run(request);
    }
}
