/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.concurrent.Executor;

/** What the server knows of one client connection. */
final class Connection {
    private final int number;
    private final Executor executor;
    private volatile String applicationName;
    private volatile String user;
    private volatile ScramConversation conversation;

    /** @param executor runs what goes on after a wait, in the order of the connection's commands */
    Connection(int number, Executor executor) {
        this.number = number;
        this.executor = executor;
    }

    int number() {
        return number;
    }

    Executor executor() {
        return executor;
    }

    /** The name that the client's driver gave when it connected, or null. */
    String applicationName() {
        return applicationName;
    }

    void setApplicationName(String name) {
        applicationName = name;
    }

    /** Who has proven to be who, or null. */
    String user() {
        return user;
    }

    void setUser(String name) {
        user = name;
    }

    /** The login that is under way, or the last one; null when there was none. */
    ScramConversation conversation() {
        return conversation;
    }

    void setConversation(ScramConversation begun) {
        conversation = begun;
    }
}
