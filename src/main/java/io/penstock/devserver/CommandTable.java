/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.List;
import java.util.function.LongSupplier;
import org.bson.BsonArray;
import org.bson.BsonDocument;

/** Puts the commands together: who answers what. */
final class CommandTable {
    private CommandTable() {}

    static Commands of(
            Store store,
            Cursors cursors,
            ChangeStreamCommands streams,
            Transactions transactions,
            RetryTable retried,
            FailPoints failPoints,
            InfoCommands info,
            LongSupplier connections) {
        Commands commands = new Commands();
        addInfo(
                commands,
                info,
                () -> info.serverStatus(connections.getAsLong(), cursors.count(), transactions.count()));
        addDocuments(commands, store, cursors, streams, retried);
        addCatalog(commands, store, cursors);
        commands.add("killCursors", request -> {
            BsonDocument reply = cursors.kill(request);
            store.log().signal();
            return reply;
        });
        commands.add("commitTransaction", transactions::commit);
        commands.add("abortTransaction", transactions::abort);
        commands.add("endSessions", transactions::endSessions);
        commands.add("killSessions", transactions::endSessions);
        commands.add("configureFailPoint", failPoints::configure);
        return commands;
    }

    private static void addInfo(
            Commands commands, InfoCommands info, java.util.function.Supplier<BsonDocument> status) {
        for (String name : List.of("hello", "isMaster", "ismaster")) {
            commands.add(name, info::hello);
        }
        commands.add("buildInfo", info::buildInfo);
        commands.add("buildinfo", info::buildInfo);
        commands.add("replSetGetStatus", info::replSetGetStatus);
        commands.add("replSetGetConfig", info::replSetGetConfig);
        commands.add("serverStatus", status);
        commands.add("getParameter", info::parameters);
        for (String name : List.of("ping", "refreshSessions", "setParameter", "fsync")) {
            commands.add(name, () -> Docs.ok());
        }
        commands.add(
                "getCmdLineOpts",
                () -> Docs.ok(new BsonDocument("argv", new BsonArray()).append("parsed", new BsonDocument())));
        commands.add("hostInfo", () -> Docs.ok(new BsonDocument("system", new BsonDocument())));
    }

    private static void addDocuments(
            Commands commands, Store store, Cursors cursors, ChangeStreamCommands streams, RetryTable retried) {
        WriteCommands writes = new WriteCommands(store, retried);
        commands.add("insert", writes::insert);
        commands.add("update", writes::update);
        commands.add("delete", writes::delete);
        commands.add("findAndModify", writes::findAndModify);
        commands.add("findandmodify", writes::findAndModify);
        ReadCommands reads = new ReadCommands(store, cursors);
        commands.add("find", reads::find);
        commands.add("count", reads::count);
        commands.add("distinct", reads::distinct);
        commands.add("aggregate", new AggregateCommand(store, cursors, streams)::run);
    }

    private static void addCatalog(Commands commands, Store store, Cursors cursors) {
        CatalogCommands catalog = new CatalogCommands(store, cursors);
        IndexCommands indexes = new IndexCommands(store, cursors);
        commands.add("create", catalog::create);
        commands.add("drop", catalog::drop);
        commands.add("dropDatabase", catalog::dropDatabase);
        commands.add("renameCollection", catalog::rename);
        commands.add("convertToCapped", catalog::convertToCapped);
        commands.add("collMod", catalog::collMod);
        commands.add("createIndexes", indexes::createIndexes);
        commands.add("dropIndexes", indexes::dropIndexes);
        commands.add("listIndexes", indexes::listIndexes);
        commands.add("listCollections", catalog::listCollections);
        commands.add("listDatabases", catalog::listDatabases);
        commands.add("collStats", request -> {
            StoredCollection found = store.catalog().find(request.db(), request.collection());
            return Docs.ok(
                    found == null
                            ? new BsonDocument("ns", Docs.str(request.namespace()))
                                    .append("size", Docs.num(0))
                                    .append("count", Docs.num(0))
                            : CollectionStats.of(found));
        });
        commands.add("dbStats", request -> {
            List<StoredCollection> all = store.catalog().of(request.db());
            return Docs.ok(new BsonDocument("db", Docs.str(request.db()))
                    .append("collections", Docs.num(all.size()))
                    .append(
                            "objects",
                            Docs.num(all.stream()
                                    .mapToLong(StoredCollection::count)
                                    .sum()))
                    .append(
                            "dataSize",
                            Docs.num(all.stream()
                                    .mapToLong(StoredCollection::bytes)
                                    .sum())));
        });
    }
}
