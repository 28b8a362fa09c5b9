/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.penstock.devserver.DevServer;
import io.penstock.devserver.ServerVersion;
import java.util.Arrays;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Assumptions;

/**
 * The server that the suite runs against: the one that {@code MONGODB_URI} names, else the development server, of the version
 * in {@code penstock.server-version} (7.0 unless told).
 */
final class ConformanceServer {
    private static final String URI = System.getenv("MONGODB_URI");
    private static final String ADDRESS = URI != null ? URI : started();
    private static final MongoClient CLIENT = MongoClients.create(ADDRESS);

    private ConformanceServer() {}

    /** Ends with the process, like the client: all classes of the suite share both. */
    private static String started() {
        ServerVersion version = ServerVersion.parse(System.getProperty("penstock.server-version", "7.0"));
        return DevServer.builder().serverVersion(version).start().uri();
    }

    static String uri() {
        return ADDRESS;
    }

    static MongoClient client() {
        return CLIENT;
    }

    /** The server's version, for example 7.0.14. */
    static List<Integer> version() {
        String text = CLIENT.getDatabase("admin")
                .runCommand(new Document("buildInfo", 1))
                .getString("version");
        return Arrays.stream(text.split("[.-]")).limit(3).map(Integer::valueOf).toList();
    }

    static boolean isAtLeast(int major, int minor) {
        List<Integer> version = version();
        return version.get(0) > major || (version.get(0) == major && version.get(1) >= minor);
    }

    /** Skips the check on a server older than that. */
    static void requireAtLeast(int major, int minor) {
        Assumptions.assumeTrue(isAtLeast(major, minor), "needs a server of " + major + "." + minor + " or newer");
    }

    /** Skips the check where {@code failCommand} cannot be used. */
    static void requireTestCommands() {
        Assumptions.assumeTrue(testCommands(), "needs a server started with enableTestCommands");
    }

    static boolean testCommands() {
        try {
            Object enabled = CLIENT.getDatabase("admin")
                    .runCommand(new Document("getParameter", 1).append("enableTestCommands", 1))
                    .get("enableTestCommands");
            return Boolean.TRUE.equals(enabled) || Integer.valueOf(1).equals(enabled);
        } catch (MongoCommandException unknown) {
            return false;
        }
    }
}
