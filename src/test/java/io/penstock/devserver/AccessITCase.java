/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoCredential;
import com.mongodb.MongoSecurityException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.connection.ClusterConnectionMode;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Logging in, and what those who have not, or who may not, are told. */
@Timeout(300)
class AccessITCase {
    private static final int UNAUTHORIZED = 13;

    private final DevServer server = DevServer.builder()
            .user("root", "p,w=1 \u00e9".toCharArray())
            .user(
                    "reader",
                    "r".toCharArray(),
                    List.of(
                            new Privilege("app", "docs", Set.of("find", "changeStream", "collStats")),
                            Privilege.onCluster(Set.of("serverStatus"))))
            .start();

    @AfterEach
    void close() {
        server.close();
    }

    private MongoClient client(String user, String password) {
        MongoClientSettings.Builder settings = MongoClientSettings.builder()
                .applyToClusterSettings(cluster -> cluster.hosts(List.of(new ServerAddress("127.0.0.1", server.port())))
                        .mode(ClusterConnectionMode.SINGLE)
                        .serverSelectionTimeout(60, TimeUnit.SECONDS));
        if (user != null) {
            settings.credential(MongoCredential.createCredential(user, "admin", password.toCharArray()));
        }
        return MongoClients.create(settings.build());
    }

    @Test
    void whoKnowsThePasswordMayDoAll() {
        try (MongoClient root = client("root", "p,w=1 \u00e9")) {
            root.getDatabase("app").getCollection("docs").insertOne(new Document("_id", 1));
            assertThat(root.getDatabase("app").getCollection("docs").countDocuments())
                    .isEqualTo(1);
        }
    }

    @Test
    void theMechanismCanBeNamed() {
        try (MongoClient root = MongoClients.create("mongodb://reader:r@127.0.0.1:" + server.port()
                + "/?directConnection=true&authSource=admin&authMechanism=SCRAM-SHA-256")) {
            assertThat(root.getDatabase("app").getCollection("docs").find()).isEmpty();
        }
    }

    @Test
    void aWrongPasswordIsError18() {
        try (MongoClient wrong = client("root", "guess")) {
            MongoSecurityException error = catchThrowableOfType(
                    MongoSecurityException.class,
                    () -> wrong.getDatabase("app").getCollection("docs").countDocuments());
            assertThat(error.getCause()).isInstanceOf(MongoCommandException.class);
            assertThat(((MongoCommandException) error.getCause()).getErrorCode())
                    .isEqualTo(18);
            assertThat(error.getCause().getMessage()).doesNotContain("guess");
        }
    }

    @Test
    void anUnknownUserIsError18Too() {
        try (MongoClient nobody = client("nobody", "r")) {
            MongoSecurityException error = catchThrowableOfType(
                    MongoSecurityException.class,
                    () -> nobody.getDatabase("app").getCollection("docs").countDocuments());
            assertThat(error).isNotNull();
        }
    }

    @Test
    void whoHasNotLoggedInIsError13ButMayAskWhatServerThisIs() {
        try (MongoClient anonymous = client(null, null)) {
            assertThat(anonymous.getDatabase("admin").runCommand(new Document("hello", 1)))
                    .containsKey("setName");
            assertUnauthorized(() ->
                    anonymous.getDatabase("app").getCollection("docs").find().first());
            assertUnauthorized(() -> anonymous.getDatabase("admin").runCommand(new Document("listDatabases", 1)));
        }
    }

    @Test
    void aUserMayDoWhatTheirPrivilegesSayAndNothingElse() {
        try (MongoClient reader = client("reader", "r")) {
            MongoCollection<Document> docs = reader.getDatabase("app").getCollection("docs");
            assertThat(docs.find()).isEmpty();
            docs.watch().cursor().close();
            reader.getDatabase("admin").runCommand(new Document("serverStatus", 1));
            assertUnauthorized(() -> docs.insertOne(new Document()));
            assertUnauthorized(() ->
                    reader.getDatabase("app").getCollection("other").find().first());
            assertUnauthorized(() -> reader.getDatabase("app").watch().cursor());
            assertUnauthorized(() -> reader.watch().cursor());
            assertUnauthorized(
                    () -> reader.getDatabase("app").listCollectionNames().first());
            assertUnauthorized(() -> reader.getDatabase("admin").runCommand(new Document("replSetGetStatus", 1)));
        }
    }

    @Test
    void privilegesAreShownToTheirOwner() {
        try (MongoClient reader = client("reader", "r");
                MongoClient root = client("root", "p,w=1 \u00e9")) {
            Document status = new Document("connectionStatus", 1).append("showPrivileges", true);
            Document info = reader.getDatabase("admin").runCommand(status).get("authInfo", Document.class);
            assertThat(info.getList("authenticatedUsers", Document.class))
                    .containsExactly(new Document("user", "reader").append("db", "admin"));
            assertThat(info.getList("authenticatedUserPrivileges", Document.class))
                    .contains(new Document("resource", new Document("db", "app").append("collection", "docs"))
                            .append("actions", List.of("changeStream", "collStats", "find")));
            Document all = root.getDatabase("admin").runCommand(status).get("authInfo", Document.class);
            assertThat(all.getList("authenticatedUserRoles", Document.class))
                    .containsExactly(new Document("role", "root").append("db", "admin"));
            assertThat(all.getList("authenticatedUserPrivileges", Document.class)
                            .toString())
                    .contains("changeStream", "find", "cluster");
        }
    }

    private static void assertUnauthorized(org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
        MongoCommandException error = catchThrowableOfType(MongoCommandException.class, action);
        assertThat(error).isNotNull();
        assertThat(error.getErrorCode()).isEqualTo(UNAUTHORIZED);
    }
}
