/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import io.penstock.job.ExportView;
import io.penstock.record.BsonCursor;
import io.penstock.record.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.Document;
import org.bson.RawBsonDocument;

/** A copy of the collection in another deployment, written by the sink in mode {@code transactional}. */
final class MongoCopy implements Target {
    private static final String DATABASE = "copy";
    private static final byte[] FIELD = "_penstock".getBytes(StandardCharsets.UTF_8);
    private static final int OUT_OF_DISK_SPACE = 14031;

    private final Source server;
    private final int outsidePort;

    private MongoCopy(Source server, int outsidePort) {
        this.server = server;
        this.outsidePort = outsidePort;
    }

    static MongoCopy start(Path folder, int outsidePort) throws IOException {
        return new MongoCopy(Source.start(folder), outsidePort);
    }

    @Override
    public String sink() {
        return "{type: mongodb, mode: transactional, uri: \"mongodb://127.0.0.1:" + outsidePort
                + "/?directConnection=true\", database: " + DATABASE + ", collection: \"${collection}\"}";
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public void leave(Way way) throws Exception {
        switch (way) {
            case KILL -> server.kill();
            case FREEZE -> server.signal("STOP");
            case FULL_DISK -> failPoint(new Document("mode", "alwaysOn")
                    .append(
                            "data",
                            new Document(
                                            "failCommands",
                                            List.of("insert", "update", "delete", "findAndModify", "bulkWrite"))
                                    .append("errorCode", OUT_OF_DISK_SPACE)));
            case CUT -> {}
        }
    }

    @Override
    public void comeBack(Way way) throws Exception {
        switch (way) {
            case KILL -> server.start();
            case FREEZE -> server.signal("CONT");
            case FULL_DISK -> failPoint(new Document("mode", "off"));
            case CUT -> {}
        }
    }

    private void failPoint(Document how) {
        Document command = new Document("configureFailPoint", "failCommand");
        command.putAll(how);
        server.client().getDatabase("admin").runCommand(command);
    }

    @Override
    public Content read() {
        Map<String, ByteBuffer> documents = new TreeMap<>();
        int[] all = new int[1];
        server.client()
                .getDatabase(DATABASE)
                .getCollection(Source.COLLECTION, RawBsonDocument.class)
                .find()
                .forEach(found -> {
                    all[0]++;
                    byte[] document = withoutOurField(ExportView.bytes(found));
                    documents.put(Key.of(document).toString(), ByteBuffer.wrap(document));
                });
        return new Content(documents, all[0] - documents.size(), 0);
    }

    /** The bytes of what was exported, if the sink's field stands where it has to: behind all others. */
    private static byte[] withoutOurField(byte[] bytes) {
        BsonCursor field = BsonCursor.over(bytes);
        if (!field.find(FIELD) || field.elementOffset() + field.elementLength() != bytes.length - 1) {
            return bytes;
        }
        byte[] document = Arrays.copyOf(bytes, bytes.length - field.elementLength());
        document[document.length - 1] = 0;
        ByteBuffer.wrap(document).order(ByteOrder.LITTLE_ENDIAN).putInt(0, document.length);
        return document;
    }

    @Override
    public Map<String, ?> expected(Iterable<RawBsonDocument> documents) {
        return ExportView.documents(documents);
    }

    @Override
    public void close() throws InterruptedException {
        server.close();
    }
}
