/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.bson.types.Symbol;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ClosingITCase {
    private static final int PATIENCE_MILLIS = 30_000;

    /** A client that a closed server forgot would wait for a reply until the end of its own time-out, if it has one. */
    @RepeatedTest(20)
    void aClosedServerLeavesNoConnectionOpen() throws Exception {
        DevServer server = DevServer.start();
        CompletableFuture<Void> connected = new CompletableFuture<>();
        CompletableFuture<List<Socket>> sockets = connectOnAndOn(server.port(), connected);
        connected.join();
        server.close();
        int ended = 0;
        for (Socket socket : sockets.get()) {
            try (socket) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                assertThat(isEnded(socket)).isTrue();
                ended++;
            }
        }
        assertThat(ended).isPositive();
    }

    /** Whatever goes wrong while a read waits is its answer. */
    @Test
    void aWaitingReadIsAnsweredAlsoWhenItsPipelineFails() throws Exception {
        Document compares = new Document("$cmp", List.of("$fullDocument.v", 1));
        try (ScriptedServer app = ScriptedServer.start();
                MongoCursor<ChangeStreamDocument<Document>> stream = app.docs
                        .watch(List.of(new Document("$match", new Document("$expr", compares))))
                        .maxAwaitTime(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                        .cursor()) {
            CompletableFuture<?> read = CompletableFuture.supplyAsync(stream::tryNext);
            app.docs.insertOne(new Document("v", new Symbol("of a type that the library cannot compare")));
            assertThat(read.handle((event, error) -> error.getCause()).get(2L * PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isInstanceOf(MongoCommandException.class);
        }
    }

    private static CompletableFuture<List<Socket>> connectOnAndOn(int port, CompletableFuture<Void> connected) {
        return CompletableFuture.supplyAsync(() -> {
            List<Socket> open = new ArrayList<>();
            try {
                while (open.size() < 5_000) {
                    open.add(new Socket(InetAddress.getLoopbackAddress(), port));
                    connected.complete(null);
                }
            } catch (IOException e) {
                connected.complete(null);
            }
            return open;
        });
    }

    /**
     * Says something first, as every client of MongoDB does: of a connection whose handshake ends while the listener is closed Linux forgets its own
     * end without a word, and tells the client when that next speaks.
     */
    private static boolean isEnded(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write(0);
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }
}
