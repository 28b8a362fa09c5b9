/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import io.penstock.job.ExportView;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.record.RowHash;
import io.penstock.sink.Changes;
import io.penstock.sink.conformance.Held;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.util.IOUtils;
import org.bson.RawBsonDocument;

/** A table of a PostgreSQL server: a row a document, which holds all of it as JSON, and the hash of its BSON. */
final class PostgresTable implements Target {
    private static final Namespace NAMESPACE = new Namespace(Source.DATABASE, Source.COLLECTION);

    /** What a row says of its document: JSON does not tell all BSON types apart, the hash does. */
    private record Row(String json, String rowHash) {}

    private final Optional<Disk> disk;
    private final PostgresServer server;
    private final int outsidePort;

    private PostgresTable(Optional<Disk> disk, PostgresServer server, int outsidePort) {
        this.disk = disk;
        this.server = server;
        this.outsidePort = outsidePort;
    }

    static PostgresTable start(Path folder, boolean onDisk, int outsidePort) throws Exception {
        Optional<Disk> disk = Target.disk(PostgresServer.data(folder).getParent(), onDisk);
        try {
            return new PostgresTable(disk, PostgresServer.start(folder), outsidePort);
        } catch (Exception e) {
            Disk.unmount(disk);
            throw e;
        }
    }

    @Override
    public String sink() {
        return "{type: jdbc, url: \"jdbc:postgresql://127.0.0.1:" + outsidePort
                + "/postgres?user=postgres\", create-table: true, columns: [{name: document, path: \".\", type: json}]}";
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public void leave(Way way) throws Exception {
        switch (way) {
            case KILL -> server.kill();
            case FREEZE -> server.freeze();
            case FULL_DISK -> disk.orElseThrow().fill();
            case CUT -> {}
        }
    }

    /** A server that could not write its log has ended, and is started again once there is room. */
    @Override
    public void comeBack(Way way) throws Exception {
        switch (way) {
            case KILL -> server.start();
            case FREEZE -> server.thaw();
            case FULL_DISK -> {
                disk.orElseThrow().free();
                server.startIfEnded();
            }
            case CUT -> {}
        }
    }

    @Override
    public Content read() throws IOException {
        Map<String, Row> rows = new TreeMap<>();
        int all = 0;
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            if (!exists(statement)) {
                return new Content(rows, 0, 0);
            }
            try (ResultSet found =
                    statement.executeQuery("select document, penstock_row_hash from " + Source.COLLECTION)) {
                while (found.next()) {
                    all++;
                    String json = found.getString(1);
                    rows.put(
                            Key.of(Changes.bson(json)).toString(),
                            new Row(json, HexFormat.of().formatHex(found.getBytes(2))));
                }
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
        return new Content(rows, all - rows.size(), 0);
    }

    private static boolean exists(Statement statement) throws SQLException {
        try (ResultSet table = statement.executeQuery("select to_regclass('" + Source.COLLECTION + "') is not null")) {
            return table.next() && table.getBoolean(1);
        }
    }

    @Override
    public Map<String, ?> expected(Iterable<RawBsonDocument> documents) {
        Map<String, Row> rows = new TreeMap<>();
        for (RawBsonDocument raw : documents) {
            byte[] document = ExportView.bytes(raw);
            Key key = Key.of(document);
            rows.put(
                    key.toString(),
                    new Row(Held.relaxed(document), HexFormat.of().formatHex(RowHash.of(NAMESPACE, key, document))));
        }
        return rows;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(server, () -> Disk.unmount(disk));
    }
}
