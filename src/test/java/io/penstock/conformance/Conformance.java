/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** What every check needs: the server, a database of its own, and short forms for commands. */
@Timeout(300)
abstract class Conformance {
    static final MongoClient CLIENT = ConformanceServer.client();

    private static final String PREFIX = "conformance_";

    MongoDatabase db;
    MongoCollection<BsonDocument> docs;

    @BeforeEach
    void ownDatabase(TestInfo info) {
        String test = info.getTestMethod().orElseThrow().getName();
        db = CLIENT.getDatabase(PREFIX + Integer.toHexString(System.identityHashCode(this)) + "_"
                + test.substring(0, Math.min(test.length(), 30)));
        db.drop();
        docs = db.getCollection("docs", BsonDocument.class);
        db.createCollection("docs");
    }

    @AfterEach
    void dropIt() {
        db.drop();
    }

    static BsonDocument bson(String json) {
        return BsonDocument.parse(json);
    }

    BsonDocument run(String command) {
        return db.runCommand(bson(command), BsonDocument.class);
    }

    static BsonDocument admin(String command) {
        return CLIENT.getDatabase("admin").runCommand(bson(command), BsonDocument.class);
    }

    void insert(String... documents) {
        docs.insertMany(List.of(documents).stream().map(BsonDocument::parse).toList());
    }

    void update(String filter, String update) {
        docs.updateOne(bson(filter), bson(update));
    }

    void updateByPipeline(String filter, String... stages) {
        docs.updateOne(
                bson(filter), List.of(stages).stream().map(BsonDocument::parse).toList());
    }

    /** The cluster time that the server's last operation had. */
    static BsonTimestamp now() {
        return admin("{ping: 1}").getTimestamp("operationTime");
    }

    static void assertFails(int code, ThrowingCallable action) {
        MongoCommandException error = catchThrowableOfType(MongoCommandException.class, action);
        assertThat(error).as("an error with code %s", code).isNotNull();
        assertThat(error.getErrorCode()).as(error.getErrorMessage()).isEqualTo(code);
    }

    static String hex(BsonTimestamp time) {
        return String.format(Locale.ROOT, "%08X%08X", time.getTime(), time.getInc());
    }

    static String data(BsonDocument token) {
        return token.getString("_data").getValue();
    }

    static List<String> operations(List<BsonDocument> events) {
        return events.stream().map(e -> e.getString("operationType").getValue()).toList();
    }

    /** A value so long that the delta of a small change is shorter than the document. */
    static String filler() {
        return "x".repeat(500);
    }

    static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }
}
