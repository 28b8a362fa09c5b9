/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import com.mongodb.MongoException;
import io.penstock.record.DocumentLookup;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.source.fetch.Retries;
import io.penstock.source.server.ServerErrors;
import io.penstock.source.server.ServerFactory;
import io.penstock.source.server.SourceServer;
import io.penstock.source.server.SourceServer.Row;
import java.io.IOException;

/** Looks documents up at the source, by key, at a cluster time while the server has it. One thread. */
public final class ServerLookup implements DocumentLookup {
    private static final long serialVersionUID = 1L;
    private static final int WITH_SNAPSHOT_READS = 5;

    private final ServerFactory servers;
    private transient SourceServer server;

    /** One that connects when it is opened. */
    public ServerLookup(ServerFactory servers) {
        this.servers = servers;
    }

    /** One on a connection that somebody else closes. */
    public static ServerLookup of(SourceServer server) {
        ServerLookup lookup = new ServerLookup(null);
        lookup.server = server;
        return lookup;
    }

    @Override
    public void open() {
        server = servers.open();
    }

    @Override
    public Found find(Namespace namespace, byte[] documentKey, long clusterTime) throws IOException {
        return Retries.call(() -> lookUp(namespace, documentKey, clusterTime), "looking up a document of " + namespace);
    }

    private Found lookUp(Namespace namespace, byte[] documentKey, long clusterTime) {
        if (server.version().get(0) >= WITH_SNAPSHOT_READS) {
            try {
                Row row = server.find(namespace, documentKey, clusterTime);
                return new Found(sameKey(documentKey, row.document()), clusterTime, true);
            } catch (MongoException e) {
                if (!ServerErrors.isTimeGone(e)) {
                    throw e;
                }
            }
        }
        Row row = server.find(namespace, documentKey, 0);
        return new Found(sameKey(documentKey, row.document()), row.clusterTime(), false);
    }

    /** Under a collation the server may find a later document whose key only compares equal. */
    private static byte[] sameKey(byte[] documentKey, byte[] document) {
        return document != null && Key.of(document).equals(Key.of(documentKey)) ? document : null;
    }

    @Override
    public void close() {
        if (servers != null && server != null) {
            server.close();
        }
    }
}
