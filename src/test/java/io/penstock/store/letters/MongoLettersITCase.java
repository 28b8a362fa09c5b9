/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.penstock.devserver.DevServer;
import io.penstock.record.LetterEvent.Refused;
import io.penstock.store.LetterStore;
import io.penstock.store.mongo.MongoLetters;
import io.penstock.store.mongo.Stores;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MongoLettersITCase extends LettersConformance {
    private DevServer server;

    @BeforeEach
    void start() {
        server = DevServer.builder().start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    LetterStore open() {
        return MongoLetters.open(Stores.options(server.uri(), "/state"));
    }

    @Test
    void purgedLettersLeaveNoPieces() throws Exception {
        try (LetterStore letters = open();
                MongoClient client = MongoClients.create(server.uri())) {
            letters.settle(refused(0, 3));
            MongoDatabase database = client.getDatabase(Stores.DATABASE);
            assertThat(database.getCollection("dead_letter_pieces").countDocuments())
                    .isEqualTo(3);
            BsonDocument stored = database.getCollection("dead_letters", BsonDocument.class)
                    .find()
                    .sort(BsonDocument.parse("{version: 1}"))
                    .first();
            assertThat(stored.getDocument("_id"))
                    .isEqualTo(BsonDocument.parse(
                            "{job: 'cities', id: '" + refused(0).id() + "'}"));
            assertThat(stored.getDateTime("refused")).isEqualTo(stored.getDateTime("changed"));
            for (int n = 0; n < 3; n++) {
                letters.purge(refused(n).id());
            }
            assertThat(database.getCollection("dead_letters").countDocuments()).isZero();
            assertThat(database.getCollection("dead_letter_pieces").countDocuments())
                    .isZero();
        }
    }

    @Test
    void whenTheAnswerToACommitIsLostTheLetterIsThereOnce() throws Exception {
        try (LetterStore letters = open();
                MongoClient client = MongoClients.create(server.uri())) {
            letters.settle(refused(0, 1));
            client.getDatabase("admin")
                    .runCommand(
                            BsonDocument.parse(
                                    "{configureFailPoint: 'failCommand', mode: {times: 1}, data: {failCommands: ['commitTransaction'], closeConnection: true}}"));
            letters.settle(List.of(refused(1), new Refused(letter("orders", change(0), 2))));
            assertThat(letters.open("orders")).isEqualTo(2);
            assertThat(letters.read(refused(0).id()).orElseThrow().attempts()).isEqualTo(2);
        }
    }
}
