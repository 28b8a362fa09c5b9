/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.ClientSessionOptions;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client asks of a server besides documents: who it is, what time it is, and that it fails when told to. */
class CommandsConformanceITCase extends Conformance {
    @AfterEach
    void failPointsOff() {
        if (ConformanceServer.testCommands()) {
            admin("{configureFailPoint: 'failCommand', mode: 'off'}");
        }
    }

    @Test
    void helloIsThatOfAReplicaSetsPrimary() {
        BsonDocument hello = admin("{hello: 1}");
        assertThat(hello.getBoolean("isWritablePrimary").getValue()).isTrue();
        assertThat(hello.getString("setName").getValue()).isNotEmpty();
        assertThat(hello.getArray("hosts")).contains(hello.get("me"));
        assertThat(hello.get("primary")).isEqualTo(hello.get("me"));
        assertThat(hello.getInt32("maxBsonObjectSize").getValue()).isEqualTo(16 << 20);
        assertThat(hello.getNumber("logicalSessionTimeoutMinutes").intValue()).isEqualTo(30);
        assertThat(hello.getInt32("minWireVersion").getValue()).isLessThanOrEqualTo(13);
        assertThat(hello.getDocument("lastWrite")).containsKeys("opTime", "majorityOpTime", "lastWriteDate");
    }

    @Test
    void theWireVersionIsThatOfTheVersion() {
        int wire = admin("{hello: 1}").getInt32("maxWireVersion").getValue();
        List<Integer> version = ConformanceServer.version();
        switch (version.get(0)) {
            case 5 -> assertThat(wire).isBetween(13, 16);
            case 6 -> assertThat(wire).isBetween(17, 20);
            case 7 -> assertThat(wire).isBetween(21, 24);
            default -> assertThat(wire).isGreaterThanOrEqualTo(25);
        }
    }

    @Test
    void everyReplyTellsTheTimeAndWritesMoveIt() {
        BsonDocument before = run("{ping: 1}");
        assertThat(before.getDocument("$clusterTime")).containsKeys("clusterTime", "signature");
        BsonTimestamp written = run("{insert: 'docs', documents: [{_id: 1}]}").getTimestamp("operationTime");
        assertThat(written).isGreaterThan(before.getTimestamp("operationTime"));
        assertThat(now()).isGreaterThanOrEqualTo(written);
    }

    @Test
    void aWritesOperationTimeIsTheTimeOfItsEvent() {
        try (EventStream stream = EventStream.on(db, "docs", "{}")) {
            BsonTimestamp written = run("{insert: 'docs', documents: [{_id: 1}], writeConcern: {w: 'majority'}}")
                    .getTimestamp("operationTime");
            assertThat(stream.next().getTimestamp("clusterTime")).isEqualTo(written);
        }
    }

    @Test
    void aCausalSessionReadsItsOwnWrites() {
        try (ClientSession session = CLIENT.startSession(
                ClientSessionOptions.builder().causallyConsistent(true).build())) {
            docs.insertOne(session, bson("{_id: 1}"));
            assertThat(session.getOperationTime()).isNotNull();
            assertThat(session.getClusterTime()).isNotNull();
            assertThat(docs.find(session, bson("{_id: 1}"))).hasSize(1);
        }
    }

    @Test
    void anUnknownCommandIsSaidToBeNone() {
        assertFails(59, () -> run("{noSuchCommandHere: 1}"));
    }

    @Test
    void anUnknownStageIsSaidToBeNone() {
        assertFails(
                40324, () -> docs.aggregate(List.of(bson("{$noSuchStage: {}}"))).first());
        assertFails(40324, () -> EventStream.on(db, "docs", "{}", "{$noSuchStage: {}}")
                .close());
    }

    @Test
    void stagesThatNeedTheWholeStreamAreRefusedInIt() {
        int illegalOperation = 20;
        assertFails(illegalOperation, () -> EventStream.on(db, "docs", "{}", "{$group: {_id: '$operationType'}}")
                .close());
        assertFails(illegalOperation, () -> EventStream.on(db, "docs", "{}", "{$sort: {_id: 1}}")
                .close());
    }

    @Test
    void anEventWithoutItsTokenEndsTheStreamForGood() {
        try (EventStream stream = EventStream.on(db, "docs", "{}", "{$project: {_id: 0}}")) {
            insert("{_id: 1}");
            MongoException error = catchThrowableOfType(MongoException.class, stream::next);
            assertThat(error.getCode()).isEqualTo(280);
        }
    }

    @Test
    void largeEventsAreSplitWhereTheServerCan() {
        if (ConformanceServer.isAtLeast(7, 0)) {
            run("{collMod: 'docs', changeStreamPreAndPostImages: {enabled: true}}");
            insert("{_id: 1, b: '" + "x".repeat(10 << 20) + "'}");
            String images = "{fullDocument: 'required', fullDocumentBeforeChange: 'required'}";
            try (EventStream whole = EventStream.on(db, "docs", images);
                    EventStream split = EventStream.on(db, "docs", images, "{$changeStreamSplitLargeEvent: {}}")) {
                update("{_id: 1}", "{$set: {v: 1}}");
                List<BsonDocument> parts = split.next(2);
                assertThat(parts.get(0).getDocument("splitEvent")).isEqualTo(bson("{fragment: 1, of: 2}"));
                assertThat(parts.get(1).getDocument("splitEvent")).isEqualTo(bson("{fragment: 2, of: 2}"));
                assertThat(data(parts.get(0).getDocument("_id")))
                        .isLessThan(data(parts.get(1).getDocument("_id")));
                assertFails(10334, whole::next);
                String afterFirst = "{fullDocument: 'required', fullDocumentBeforeChange: 'required', resumeAfter: "
                        + parts.get(0).getDocument("_id").toJson() + "}";
                try (EventStream rest = EventStream.on(db, "docs", afterFirst, "{$changeStreamSplitLargeEvent: {}}")) {
                    assertThat(rest.next().getDocument("splitEvent")).isEqualTo(bson("{fragment: 2, of: 2}"));
                }
            }
        } else if (!ConformanceServer.isAtLeast(6, 0)) {
            assertFails(40324, () -> EventStream.on(db, "docs", "{}", "{$changeStreamSplitLargeEvent: {}}")
                    .close());
        }
    }

    @Test
    void imagesNeedANewerServer() {
        if (!ConformanceServer.isAtLeast(6, 0)) {
            MongoCommandException error = catchThrowableOfType(
                    MongoCommandException.class, () -> EventStream.on(db, "docs", "{fullDocument: 'required'}")
                            .close());
            assertThat(error).isNotNull();
        }
    }

    @Test
    void aFailPointFailsACommandAsOftenAsTold() {
        ConformanceServer.requireTestCommands();
        admin("{configureFailPoint: 'failCommand', mode: {times: 2}, data: {failCommands: ['find'], errorCode: 2}}");
        assertFails(2, () -> run("{find: 'docs'}"));
        assertFails(2, () -> run("{find: 'docs'}"));
        assertThat(run("{find: 'docs'}").getDocument("cursor").getArray("firstBatch"))
                .isEmpty();
    }

    @Test
    void aFailPointMayCloseTheConnectionAndSkipSome() {
        ConformanceServer.requireTestCommands();
        admin(
                "{configureFailPoint: 'failCommand', mode: {skip: 1}, data: {failCommands: ['count'], closeConnection: true}}");
        run("{count: 'docs'}");
        assertThat(catchThrowableOfType(MongoException.class, () -> run("{count: 'docs'}")))
                .isNotNull();
        admin("{configureFailPoint: 'failCommand', mode: 'off'}");
        run("{count: 'docs'}");
    }

    @Test
    void aFailPointGivesItsErrorLabels() {
        ConformanceServer.requireTestCommands();
        admin("{configureFailPoint: 'failCommand', mode: {times: 1}, "
                + "data: {failCommands: ['find'], errorCode: 100, errorLabels: ['OwnLabel']}}");
        MongoCommandException error = catchThrowableOfType(MongoCommandException.class, () -> run("{find: 'docs'}"));
        assertThat(error.hasErrorLabel("OwnLabel")).isTrue();
    }

    @Test
    void killedCursorsAreTold() {
        insert("{_id: 1}", "{_id: 2}");
        try (ClientSession session = CLIENT.startSession()) {
            long id = db.runCommand(session, bson("{find: 'docs', batchSize: 1}"), BsonDocument.class)
                    .getDocument("cursor")
                    .getInt64("id")
                    .getValue();
            BsonDocument killed = db.runCommand(
                    session,
                    bson("{killCursors: 'docs', cursors: [{$numberLong: '" + id + "'}, {$numberLong: '77'}]}"),
                    BsonDocument.class);
            assertThat(killed.getArray("cursorsKilled")).hasSize(1);
            assertThat(killed.getArray("cursorsNotFound")).hasSize(1);
        }
    }

    @Test
    void aConnectionsPrivilegesCanBeAsked() {
        BsonDocument auth = admin("{connectionStatus: 1, showPrivileges: true}").getDocument("authInfo");
        assertThat(auth).containsKeys("authenticatedUsers", "authenticatedUserRoles", "authenticatedUserPrivileges");
    }

    @Test
    void theStateOfTheReplicaSetCanBeAsked() {
        BsonDocument status = admin("{replSetGetStatus: 1}");
        assertThat(status.getInt32("myState").getValue()).isEqualTo(1);
        assertThat(status.getArray("members")).isNotEmpty();
    }
}
