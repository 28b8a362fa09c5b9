/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Which actions each command needs, and where. */
final class Permissions {
    /** Commands that anybody may run, logged in or not. */
    static final Set<String> NEED_NO_LOGIN = Set.of(
            "hello",
            "isMaster",
            "ismaster",
            "ping",
            "buildInfo",
            "buildinfo",
            "saslStart",
            "saslContinue",
            "logout",
            "connectionStatus",
            "endSessions");

    private static final Map<String, List<String>> ON_COLLECTION = Map.ofEntries(
            Map.entry("find", List.of("find")),
            Map.entry("count", List.of("find")),
            Map.entry("distinct", List.of("find")),
            Map.entry("insert", List.of("insert")),
            Map.entry("update", List.of("update")),
            Map.entry("delete", List.of("remove")),
            Map.entry("findAndModify", List.of("find", "update")),
            Map.entry("create", List.of("createCollection")),
            Map.entry("drop", List.of("dropCollection")),
            Map.entry("createIndexes", List.of("createIndex")),
            Map.entry("dropIndexes", List.of("dropIndex")),
            Map.entry("listIndexes", List.of("listIndexes")),
            Map.entry("collMod", List.of("collMod")),
            Map.entry("collStats", List.of("collStats")),
            Map.entry("convertToCapped", List.of("convertToCapped")));

    private static final Map<String, String> ON_DATABASE =
            Map.of("listCollections", "listCollections", "dbStats", "dbStats", "dropDatabase", "dropDatabase");

    private static final Set<String> ON_CLUSTER = Set.of(
            "getParameter",
            "setParameter",
            "serverStatus",
            "replSetGetStatus",
            "replSetGetConfig",
            "getCmdLineOpts",
            "hostInfo");

    private static final Map<String, String> STAGES =
            Map.of("$changeStream", "changeStream", "$collStats", "collStats", "$indexStats", "indexStats");

    /** An action that somebody must be allowed; no collection means the whole database, no database all of them. */
    record Needed(String db, String collection, String action) {}

    private Permissions() {}

    static List<Needed> neededBy(Request request) {
        List<Needed> needed = new ArrayList<>();
        String name = request.name();
        if (name.equals("aggregate")) {
            aggregate(request, needed);
        } else if (name.equals("renameCollection")) {
            needed.add(new Needed(request.db(), "", "renameCollectionSameDB"));
        } else if (ON_COLLECTION.containsKey(name)) {
            ON_COLLECTION
                    .get(name)
                    .forEach(action -> needed.add(new Needed(request.db(), request.collection(), action)));
        } else if (ON_DATABASE.containsKey(name)) {
            needed.add(new Needed(request.db(), "", ON_DATABASE.get(name)));
        } else if (ON_CLUSTER.contains(name)) {
            needed.add(new Needed(Privilege.CLUSTER, "", name));
        }
        return needed;
    }

    private static void aggregate(Request request, List<Needed> needed) {
        String collection = request.body().isString("aggregate") ? request.collection() : "";
        String db = request.db();
        for (BsonValue stage : request.array("pipeline")) {
            if (stage.isDocument() && !stage.asDocument().isEmpty()) {
                String name = stage.asDocument().getFirstKey();
                BsonDocument options = Docs.docOrEmpty(stage.asDocument(), name);
                db = Docs.truth(options, "allChangesForCluster") ? "" : db;
                if (STAGES.containsKey(name)) {
                    needed.add(new Needed(db, collection, STAGES.get(name)));
                }
                if (name.equals("$out") || name.equals("$merge")) {
                    needed.add(new Needed(db, "", "insert"));
                }
            }
        }
        boolean readsDocuments = needed.stream().noneMatch(one -> one.action().endsWith("Stats"));
        if (readsDocuments) {
            needed.add(new Needed(db, collection, "find"));
        }
    }

    /** A user's privileges as {@code connectionStatus} shows them; root's are all that this server knows. */
    static BsonArray shown(User user) {
        BsonArray shown = new BsonArray();
        List<Privilege> privileges = user.isRoot()
                ? List.of(new Privilege("", "", everywhere()), Privilege.onCluster(ON_CLUSTER))
                : user.privileges();
        for (Privilege privilege : privileges) {
            BsonDocument resource = privilege.db().equals(Privilege.CLUSTER)
                    ? new BsonDocument("cluster", Docs.bool(true))
                    : new BsonDocument("db", Docs.str(privilege.db()))
                            .append("collection", Docs.str(privilege.collection()));
            BsonArray actions = new BsonArray();
            new TreeSet<>(privilege.actions()).forEach(action -> actions.add(Docs.str(action)));
            shown.add(new BsonDocument("resource", resource).append("actions", actions));
        }
        return shown;
    }

    private static Set<String> everywhere() {
        Set<String> all = new TreeSet<>(STAGES.values());
        ON_COLLECTION.values().forEach(all::addAll);
        all.addAll(ON_DATABASE.values());
        all.add("renameCollectionSameDB");
        return all;
    }
}
